package io.muster.controller.cli;

import java.io.Console;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Asks at the terminal for what is not to be seen, and nothing twice. Thread-safe; there is a
 * terminal only if standard input and output both are one.
 */
final class Unseen implements Function<String, Optional<char[]>> {
    private final Map<String, char[]> answers = new HashMap<>();

    @Override
    public synchronized Optional<char[]> apply(String prompt) {
        var known = Optional.ofNullable(answers.get(prompt));
        var answer = known.or(() -> ask(prompt));
        answer.ifPresent(typed -> answers.put(prompt, typed));
        return answer.map(char[]::clone);
    }

    private static Optional<char[]> ask(String prompt) {
        return Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .map(console -> console.readPassword("%s", prompt));
    }
}
