package io.muster.controller.cli;

import io.muster.controller.ExitCode;
import io.muster.message.Escape;
import io.muster.message.Nearest;

import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The command line: picks the verb and runs its command. The overview of all verbs is written by
 * hand and the parser's tree holds nothing but the verb that was typed, because every annotated
 * class costs a command milliseconds.
 */
final class Muster {
    private static final Set<String> BEFORE_VERB = Set.of("--config", "--context");

    private final Surroundings around;

    Muster(Surroundings around) {
        this.around = around.guarded();
    }

    /** Runs one command line to its end; the code for the shell. */
    int run(List<String> words) {
        try {
            return conduct(words);
        } finally {
            around.out().flush();
            around.err().flush();
        }
    }

    private int conduct(List<String> words) {
        var behind = optionsBehindVerb(words);
        if (behind.isEmpty()) {
            Overview.print(around.err());
            return ExitCode.USAGE.number();
        }
        var first = behind.getFirst();
        var rest = behind.subList(1, behind.size());
        return switch (first) {
            case "-h", "--help" -> help(List.of());
            case "help" -> help(rest);
            case "-V", "--version" -> conduct(List.of("version"));
            default -> verb(first, rest);
        };
    }

    /** {@code muster --context dr ping} is {@code muster ping --context dr}. */
    private static List<String> optionsBehindVerb(List<String> words) {
        var options = new ArrayList<String>();
        int at = 0;
        while (at < words.size() && leading(words.get(at))) {
            var takesNext = BEFORE_VERB.contains(words.get(at)) && at + 1 < words.size();
            options.addAll(words.subList(at, at + (takesNext ? 2 : 1)));
            at += takesNext ? 2 : 1;
        }
        if (options.isEmpty() || at == words.size()) {
            return words;
        }
        var moved = new ArrayList<>(words.subList(at, words.size()));
        moved.addAll(1, options);
        return moved;
    }

    private static boolean leading(String word) {
        var equals = word.indexOf('=');
        var name = equals < 0 ? word : word.substring(0, equals);
        return BEFORE_VERB.contains(name) || word.equals("--debug");
    }

    private int help(List<String> words) {
        if (words.isEmpty()) {
            Overview.print(around.out());
            return ExitCode.DONE.number();
        }
        return verb(words.getFirst(), List.of("--help"));
    }

    private int verb(String word, List<String> rest) {
        var verb = Verb.find(word);
        if (verb.isPresent()) {
            return execute(verb.get(), rest);
        }
        var problem =
                Verb.ELSEWHERE.containsKey(word)
                        ? "muster " + word + " is another program: the launcher `muster` starts it"
                        : "no verb " + Escape.quoted(word) + Nearest.hint(word, Verb.words());
        return Problems.report(around, "muster", new UsageException(problem), false).number();
    }

    private int execute(Verb verb, List<String> rest) {
        try {
            return commandLine(begun(verb, rest), verb, rest).execute(rest.toArray(String[]::new));
        } catch (Error e) {
            return failed("muster " + verb.word(), e, rest.contains("--debug"));
        }
    }

    /** Begins to connect, if the verb will need it: what was typed says where to. */
    private Surroundings begun(Verb verb, List<String> rest) {
        if (!verb.speaks() || rest.contains("-h") || rest.contains("--help")) {
            return around;
        }
        try {
            return around.with(Opening.begin(around, CommonOptions.glimpse(rest)));
        } catch (UsageException e) {
            return around; // the command will look again, and say it
        }
    }

    private CommandLine commandLine(Surroundings around, Verb verb, List<String> rest) {
        var name = "muster " + verb.word();
        var trace = rest.contains("--debug");
        return verb.line(around)
                .setCommandName(name)
                .setOut(around.out())
                .setErr(around.err())
                .setExpandAtFiles(false)
                .setUsageHelpWidth(Math.clamp(around.width(), 60, 120))
                .setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF))
                .registerConverter(Long.class, number())
                .setParameterExceptionHandler((e, args) -> misused(e))
                .setExecutionExceptionHandler((e, line, parsed) -> failed(words(line), e, trace))
                .setExecutionStrategy(this::execute);
    }

    private static ITypeConverter<Long> number() {
        return text -> {
            try {
                return Long.valueOf(text);
            } catch (NumberFormatException e) {
                throw new CommandLine.TypeConversionException("not a whole number");
            }
        };
    }

    /** As picocli's last step, but with our codes as results. */
    private int execute(ParseResult parsed) {
        new CommandLine.RunLast().execute(parsed);
        var last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        var code = last.commandSpec().commandLine().<ExitCode>getExecutionResult();
        return code == null ? ExitCode.DONE.number() : code.number();
    }

    /** What was typed of the verb: with the word after it, if that has a help of its own. */
    private static String words(CommandLine line) {
        return line.getCommandSpec().qualifiedName();
    }

    private int misused(ParameterException e) {
        var name = words(e.getCommandLine());
        var problem = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return Problems.report(around, name, new UsageException(problem + hint(e)), false).number();
    }

    private static String hint(ParameterException e) {
        if (!(e instanceof UnmatchedArgumentException unmatched)) {
            return "";
        }
        var options =
                e.getCommandLine().getCommandSpec().options().stream()
                        .flatMap(option -> Arrays.stream(option.names()))
                        .toList();
        return Nearest.hint(unmatched.getUnmatched().getFirst(), options);
    }

    private int failed(String name, Throwable e, boolean trace) {
        return Problems.report(around, name, e, trace).number();
    }

    /** The words of all verbs. */
    private static final class Overview {
        static void print(PrintWriter to) {
            to.println("Usage: muster VERB [OPTIONS]");
            to.println("Finds and commands a fleet of machines over a message bus.");
            to.println();
            for (var verb : Verb.values()) {
                line(to, verb.word(), verb.summary());
            }
            to.println();
            Verb.ELSEWHERE.forEach((word, summary) -> line(to, word, summary));
            to.println();
            to.println("Examples:");
            to.println("  muster find -F role=web");
            to.println("  muster run puppet.run -C mail --dry-run");
            to.println("  muster rename domu-12-31-55-11-22-18 mail01.example --reboot");
            to.println();
            to.println("muster VERB --help explains a verb. Begin with `muster doctor`.");
            to.flush();
        }

        private static void line(PrintWriter to, String word, String summary) {
            to.println("  " + word + " ".repeat(Math.max(1, 14 - word.length())) + summary);
        }
    }
}
