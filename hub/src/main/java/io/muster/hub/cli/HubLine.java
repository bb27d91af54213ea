package io.muster.hub.cli;

import io.muster.broker.BrokerException;
import io.muster.config.ConfigException;
import io.muster.enrolment.KeyFingerprint;
import io.muster.hub.HubException;
import io.muster.hub.enrolment.AuthorityException;
import io.muster.hub.enrolment.IdPattern;
import io.muster.message.Collective;
import io.muster.message.Endpoint;
import io.muster.message.Escape;
import io.muster.message.Nearest;
import io.muster.message.NodeId;
import io.muster.message.Spans;
import io.muster.security.Attributes;
import io.muster.security.SecurityFileException;

import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;

/**
 * The command line of the hub's program: picks the verb and runs its command. The parser's tree
 * holds nothing but the command that was typed.
 */
public final class HubLine {
    private static final int DONE = 0;
    private static final int UNABLE = 1;
    private static final int USAGE = 2;

    private final Surroundings around;

    public HubLine(Surroundings around) {
        this.around = around;
    }

    /** Runs one command line to its end; the code for the shell. */
    public int run(List<String> words) {
        var plain = words.stream().filter(word -> !word.equals("--debug")).toList();
        var debug = plain.size() < words.size();
        var verb = plain.isEmpty() ? "" : plain.getFirst();
        var rest = plain.isEmpty() ? plain : plain.subList(1, plain.size());
        return switch (verb) {
            case "hub" -> execute("muster hub", new HubCommand(around), rest, debug);
            case "ca" -> authority(rest, debug);
            case "policy" -> policy(rest, debug);
            case "broker" -> broker(rest, debug);
            case "-h", "--help", "help" -> overview(DONE);
            default -> misused("muster", verb.isEmpty() ? "hub, ca or broker?" : unknown(verb));
        };
    }

    private static String unknown(String verb) {
        return "no verb "
                + Escape.quoted(verb)
                + Nearest.hint(verb, List.of("hub", "ca", "broker"));
    }

    private int policy(List<String> words, boolean debug) {
        return words.isEmpty() || !words.getFirst().equals("push")
                ? misused("muster policy", "here it is only: push")
                : execute(
                        "muster policy push",
                        new PolicyPush(around),
                        words.subList(1, words.size()),
                        debug);
    }

    private int authority(List<String> words, boolean debug) {
        var word = words.isEmpty() ? "" : words.getFirst();
        if (List.of("-h", "--help", "help").contains(word)) {
            return overview(DONE);
        }
        var verb = CaVerb.find(word);
        if (verb.isPresent()) {
            var rest = words.subList(1, words.size());
            return execute("muster ca " + word, verb.get().command(around), rest, debug);
        }
        return word.isEmpty()
                ? overview(USAGE)
                : misused(
                        "muster ca",
                        "no verb " + Escape.quoted(word) + Nearest.hint(word, CaVerb.words()));
    }

    private int broker(List<String> words, boolean debug) {
        var word = words.isEmpty() ? "" : words.getFirst();
        return switch (word) {
            case "external" ->
                    execute(
                            "muster broker external",
                            new BrokerExternal(around),
                            words.subList(1, words.size()),
                            debug);
            case "-h", "--help", "help" -> overview(DONE);
            case "" -> overview(USAGE);
            default ->
                    misused(
                            "muster broker",
                            "no verb "
                                    + Escape.quoted(word)
                                    + Nearest.hint(word, List.of("external")));
        };
    }

    private int execute(String name, Callable<Integer> command, List<String> words, boolean debug) {
        var line =
                new CommandLine(command)
                        .setCommandName(name)
                        .setOut(around.out())
                        .setErr(around.err())
                        .setExpandAtFiles(false)
                        .setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF))
                        .registerConverter(Duration.class, type(Spans::parse))
                        .registerConverter(Endpoint.class, type(Endpoint::parse))
                        .registerConverter(NodeId.class, type(NodeId::new))
                        .registerConverter(Collective.class, type(Collective::new))
                        .registerConverter(IdPattern.class, type(IdPattern::new))
                        .registerConverter(Attributes.class, type(Attributes::parse))
                        .registerConverter(KeyFingerprint.class, type(KeyFingerprint::parse))
                        .setParameterExceptionHandler((e, _) -> misused(name, problem(e)))
                        .setExecutionExceptionHandler((e, _, _) -> failed(name, e, debug));
        var code = line.execute(words.toArray(String[]::new));
        around.out().flush();
        around.err().flush();
        return code;
    }

    /** Picocli shows the message of its own exception only. */
    private static <T> ITypeConverter<T> type(Function<String, T> type) {
        return text -> {
            try {
                return type.apply(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        };
    }

    private static String problem(ParameterException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private int misused(String name, String problem) {
        around.err().println(name + ": " + problem);
        around.err().println("Try " + name + " --help");
        around.err().flush();
        return USAGE;
    }

    private int failed(String name, Exception problem, boolean debug) {
        if (problem instanceof UsageException) {
            return misused(name, String.valueOf(problem.getMessage()));
        }
        message(problem).lines().forEach(line -> around.err().println(name + ": " + line));
        if (debug) {
            problem.printStackTrace(around.err());
        }
        return UNABLE;
    }

    private static String message(Exception problem) {
        return switch (problem) {
            case AuthorityException _,
                    BrokerException _,
                    ConfigException _,
                    HubException _,
                    IllegalArgumentException _,
                    SecurityFileException _ ->
                    String.valueOf(problem.getMessage());
            default -> "a defect of muster: " + problem + "; with --debug it says where";
        };
    }

    private int overview(int code) {
        var to = code == DONE ? around.out() : around.err();
        to.println("Usage: muster hub [OPTIONS]");
        to.println("       muster ca VERB [OPTIONS]");
        to.println("       muster broker external [OPTIONS]");
        to.println("Runs the centre of a fleet, and decides who belongs to it.");
        to.println();
        for (var verb : CaVerb.values()) {
            var word = "ca " + verb.word();
            to.println("  " + word + " ".repeat(14 - word.length()) + verb.summary());
        }
        to.println("  broker external  say what an ActiveMQ of your own needs, or check it");
        to.println();
        to.println("muster hub --help and muster ca VERB --help explain them.");
        to.flush();
        return code;
    }
}
