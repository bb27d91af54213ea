package io.muster.action;

import io.muster.action.InputSpec.Kind;
import io.muster.message.Escape;
import io.muster.message.Nearest;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Judges the arguments for one action, collecting every problem before it says no. */
final class Arguments {
    private final ActionSpec spec;
    private final List<String> problems = new ArrayList<>();

    Arguments(ActionSpec spec) {
        this.spec = spec;
    }

    Input check(Fields arguments, Set<String> unseen) {
        judge(arguments, unseen);
        done();
        var values = new LinkedHashMap<String, Value>();
        for (var input : spec.inputs()) {
            arguments
                    .member(input.name())
                    .or(input::fallbackValue)
                    .ifPresent(value -> values.put(input.name(), value));
        }
        return new Input(spec, new Fields(values));
    }

    Fields fromWords(List<String> words, Fields secrets) {
        var arguments = read(words, secrets.members().keySet());
        secrets.members()
                .forEach((name, value) -> spec.input(name).ifPresent(i -> judge(i, value)));
        done();
        return arguments;
    }

    Fields fromWords(List<String> words, Set<String> unseen) {
        var arguments = read(words, unseen);
        done();
        return arguments;
    }

    private Fields read(List<String> words, Set<String> unseen) {
        var typed = new LinkedHashMap<String, List<String>>();
        words.forEach(word -> split(word, typed));
        var values = new LinkedHashMap<String, Value>();
        typed.forEach((name, texts) -> read(name, texts, values));
        var arguments = new Fields(values);
        spec.inputs().stream()
                .filter(input -> !typed.containsKey(input.name()))
                .filter(input -> !unseen.contains(input.name()))
                .forEach(this::missing);
        values.forEach((name, value) -> spec.input(name).ifPresent(i -> judge(i, value)));
        return arguments;
    }

    private void split(String word, Map<String, List<String>> typed) {
        var equals = word.indexOf('=');
        if (equals < 1) {
            problem(Escape.quoted(word) + " is not name=value");
        } else {
            typed.computeIfAbsent(word.substring(0, equals), _ -> new ArrayList<>())
                    .add(word.substring(equals + 1));
        }
    }

    private void read(String name, List<String> texts, Map<String, Value> values) {
        var known = spec.input(name);
        if (known.isEmpty()) {
            unknown(name);
            return;
        }
        var input = known.get();
        if (input.secret()) {
            problem(
                    name
                            + " is secret, and a command line is kept in the shell's history and"
                            + " seen by others: choose another value, and "
                            + waysIn(name));
            return;
        }
        if (input.kind() instanceof Kind.Texts) {
            values.put(name, Value.texts(texts.equals(List.of("")) ? List.of() : texts));
        } else if (texts.size() > 1) {
            problem(name + " is given " + texts.size() + " times and takes one value");
        } else {
            readOne(input, texts.getFirst(), values);
        }
    }

    private void readOne(InputSpec input, String typed, Map<String, Value> values) {
        try {
            values.put(input.name(), Validity.read(input.kind(), typed));
        } catch (IllegalArgumentException e) {
            problem(shown(input, Value.of(typed)) + " " + e.getMessage());
        }
    }

    private void judge(Fields arguments, Set<String> unseen) {
        for (var name : arguments.members().keySet()) {
            if (spec.input(name).isEmpty()) {
                unknown(name);
            }
        }
        for (var input : spec.inputs()) {
            var given = arguments.member(input.name());
            given.ifPresent(value -> judge(input, value));
            if (given.isEmpty() && !unseen.contains(input.name())) {
                missing(input);
            }
        }
    }

    private void judge(InputSpec input, Value value) {
        input.problem(value).ifPresent(problem -> problem(shown(input, value) + " " + problem));
    }

    private void missing(InputSpec input) {
        if (input.required()) {
            problem(
                    "input "
                            + input.name()
                            + " is missing: "
                            + input.summary()
                            + (input.secret() ? "; " + waysIn(input.name()) : ""));
        }
    }

    private static String waysIn(String name) {
        return "give "
                + name
                + "=@FILE, "
                + name
                + "=- (standard input), or "
                + name
                + " alone to be asked for it";
    }

    private void unknown(String name) {
        var names = spec.inputs().stream().map(InputSpec::name).toList();
        var others = names.isEmpty() ? "; it has none" : "; it has " + String.join(", ", names);
        var nearest = Nearest.hint(name, names);
        problem("no input " + Escape.quoted(name) + (nearest.isEmpty() ? others : nearest));
    }

    private static String shown(InputSpec input, Value value) {
        if (input.secret()) {
            return input.name() + " = (not shown)";
        }
        if (value instanceof Items) {
            return input.name();
        }
        return input.name() + " = " + Escape.quoted(value.toString());
    }

    private void problem(String problem) {
        problems.add(spec.name() + ": " + problem);
    }

    private void done() {
        if (!problems.isEmpty()) {
            throw new InvalidInputException(problems);
        }
    }
}
