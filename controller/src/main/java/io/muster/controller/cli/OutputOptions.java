package io.muster.controller.cli;

import io.muster.controller.render.Screen;
import io.muster.message.Escape;
import io.muster.message.Nearest;

import picocli.CommandLine.Option;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How results are shown. */
final class OutputOptions {

    /** The forms of output. */
    enum Form {
        TEXT,
        JSON,
        JSONL,
        NAMES
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            defaultValue = "text",
            description = "text, json, jsonl or names.")
    private String output = "text";

    @Option(
            names = {"-q", "--quiet"},
            description = "Results only.")
    private boolean quiet;

    @Option(names = "--no-progress", description = "No progress bar.")
    private boolean noProgress;

    @Option(names = "--no-color", description = "No colours; also with NO_COLOR set.")
    private boolean noColor;

    Form form() {
        var words = Arrays.stream(Form.values()).map(f -> f.name().toLowerCase(Locale.ROOT));
        List<String> known = words.toList();
        var at = known.indexOf(output);
        if (at < 0) {
            throw new UsageException(
                    "--output "
                            + Escape.quoted(output)
                            + ": text, json, jsonl or names"
                            + Nearest.hint(output, known));
        }
        return Form.values()[at];
    }

    boolean quiet() {
        return quiet;
    }

    /** Whether to say how far it is, to whoever reads. */
    boolean progress() {
        return !noProgress && !quiet;
    }

    Screen screen(Surroundings around) {
        var colour = around.outTerminal() && !noColor && around.variable("NO_COLOR").isEmpty();
        return new Screen(
                around.out(),
                around.err(),
                around.width(),
                around.outTerminal(),
                around.errTerminal(),
                colour);
    }
}
