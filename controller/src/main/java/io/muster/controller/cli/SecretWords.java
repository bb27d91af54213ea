package io.muster.controller.cli;

import io.muster.action.ActionSpec;
import io.muster.action.InputSpec;
import io.muster.controller.ask.Secrets;
import io.muster.message.Escape;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the secret inputs of an action from where nobody sees them: {@code name=@FILE}, {@code
 * name=-} for standard input, and {@code name} alone, or none at all if it is required, to be asked
 * at the terminal. What is typed on the command line itself is left for the spec to refuse.
 */
final class SecretWords {
    private final Surroundings around;
    private final ActionSpec spec;
    private final Map<String, Value> secrets = new LinkedHashMap<>();
    private final List<String> others = new ArrayList<>();
    private boolean inputTaken;

    /**
     * @param inputTaken whether somebody else reads standard input
     */
    SecretWords(Surroundings around, ActionSpec spec, boolean inputTaken) {
        this.around = around;
        this.spec = spec;
        this.inputTaken = inputTaken;
    }

    /**
     * Reads them all. To be used once.
     *
     * @throws UsageException if one cannot be read, or is given twice
     */
    Fields read(List<String> words) {
        words.forEach(this::read);
        for (var input : spec.secrets()) {
            if (input.required() && !secrets.containsKey(input.name()) && !given(input)) {
                ask(input).ifPresent(text -> put(input, text));
            }
        }
        return sendable(new Fields(secrets));
    }

    private Fields sendable(Fields values) {
        try {
            var _ = new Secrets(values, Map.of());
            return values;
        } catch (IllegalArgumentException e) {
            throw new UsageException(spec.name() + ": " + e.getMessage());
        }
    }

    /** The words that are no secrets. */
    List<String> others() {
        return List.copyOf(others);
    }

    private boolean given(InputSpec input) {
        return others.stream().anyMatch(word -> word.startsWith(input.name() + "="));
    }

    private void read(String word) {
        var equals = word.indexOf('=');
        var name = equals < 0 ? word : word.substring(0, equals);
        var input = spec.input(name).filter(InputSpec::secret);
        if (input.isEmpty()) {
            others.add(word);
            return;
        }
        var from = equals < 0 ? "" : word.substring(equals + 1);
        if (equals < 0) {
            put(input.get(), insist(input.get()));
        } else if (from.equals("-")) {
            put(input.get(), standardInput(name));
        } else if (from.startsWith("@") && from.length() > 1) {
            put(input.get(), NamedFile.read(around, name, from.substring(1)));
        } else {
            others.add(word);
        }
    }

    private String standardInput(String name) {
        if (inputTaken) {
            throw new UsageException(
                    name + "=-: standard input is read once, and something else reads it already");
        }
        inputTaken = true;
        return NamedFile.read(around, name, "-");
    }

    private String insist(InputSpec input) {
        return ask(input)
                .orElseThrow(
                        () ->
                                new UsageException(
                                        input.name()
                                                + ": nobody is at a terminal to be asked: give "
                                                + input.name()
                                                + "=@FILE or "
                                                + input.name()
                                                + "=-"));
    }

    /** Twice, because nobody sees what is typed. */
    private Optional<String> ask(InputSpec input) {
        var what = spec.name() + ": " + input.name();
        var first = around.unseen().apply(what + " (not shown): ");
        if (first.isEmpty()) {
            return Optional.empty();
        }
        var again = around.unseen().apply(what + ", the same again: ").orElseThrow();
        if (!String.valueOf(first.get()).equals(String.valueOf(again))) {
            throw new UsageException(
                    input.name() + ": these were two different ones; nothing was sent");
        }
        return Optional.of(String.valueOf(again));
    }

    private void put(InputSpec input, String text) {
        if (secrets.containsKey(input.name())) {
            throw new UsageException(spec.name() + ": " + input.name() + " is given twice");
        }
        try {
            secrets.put(input.name(), input.read(text));
        } catch (IllegalArgumentException e) {
            throw new UsageException(
                    spec.name()
                            + ": "
                            + input.name()
                            + " (not shown) "
                            + Escape.line(String.valueOf(e.getMessage())));
        }
    }
}
