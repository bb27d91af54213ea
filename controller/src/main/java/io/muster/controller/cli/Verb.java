package io.muster.controller.cli;

import picocli.CommandLine;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** What the command line can do; only the command that was typed is ever made. */
enum Verb {
    PING("who answers, and how fast"),
    FIND("who matches"),
    FACTS("how the values of a fact are spread"),
    INVENTORY("everything about one node"),
    RUN("run an action on the nodes that match"),
    EXPLAIN("why nodes would not do something"),
    RUNS("what was run, and going on with what was cut off"),
    QUEUE("what waits at the hub for nodes that are away"),
    ACTIONS("what nodes can do"),
    AUDIT("check audit logs of nodes, and what they signed about them"),
    POLICY("check, explain and push what nodes let whom do; status"),
    APPROVE("see what others propose to do, and approve it"),
    FILTER("say a filter in words, or try it on facts"),
    RENAME("give a node another host name"),
    LOCK("stop somebody or something on every node, now"),
    UNLOCK("end a lock"),
    DEMO("the whole story on this machine, no set-up"),
    DOCTOR("check this machine, the hub and the nodes"),
    COMPLETION("print a script that completes commands"),
    VERSION("say which version this is");

    /** Verbs of the same launcher that are other programs, and what they do. */
    static final Map<String, String> ELSEWHERE = elsewhere();

    private final String summary;

    Verb(String summary) {
        this.summary = summary;
    }

    private static Map<String, String> elsewhere() {
        var verbs = new LinkedHashMap<String, String>();
        verbs.put("hub", "run the centre: broker, presence, enrolment");
        verbs.put("ca", "the authority: join tokens, certificates, operators");
        verbs.put("broker", "what a broker of your own needs, and whether it has it");
        verbs.put("agent", "run or enrol the node agent");
        return Collections.unmodifiableMap(verbs);
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    String summary() {
        return summary;
    }

    /** Whether it always speaks to the fleet. */
    boolean speaks() {
        return switch (this) {
            case PING, FIND, FACTS, INVENTORY, RUN, EXPLAIN, RENAME, LOCK, UNLOCK -> true;
            case RUNS,
                    QUEUE,
                    ACTIONS,
                    AUDIT,
                    POLICY,
                    APPROVE,
                    FILTER,
                    DOCTOR,
                    DEMO,
                    COMPLETION,
                    VERSION ->
                    false;
        };
    }

    /** A fresh command. */
    Callable<?> command(Surroundings around) {
        return switch (this) {
            case PING -> new PingCommand(around);
            case FIND -> new FindCommand(around);
            case FACTS -> new FactsCommand(around);
            case INVENTORY -> new InventoryCommand(around);
            case RUN -> new RunCommand(around);
            case EXPLAIN -> new ExplainCommand(around);
            case RUNS -> new RunsCommand(around);
            case QUEUE -> new QueueCommand(around);
            case ACTIONS -> new ActionsCommand(around);
            case AUDIT -> new AuditCommand(around);
            case POLICY -> new PolicyStatusCommand(around);
            case APPROVE -> new ApproveCommand(around);
            case FILTER -> new FilterCommand(around);
            case RENAME -> new RenameCommand(around);
            case LOCK -> new LockCommand(around);
            case UNLOCK -> new UnlockCommand(around);
            case DEMO -> new DemoCommand(around);
            case DOCTOR -> new DoctorCommand(around);
            case COMPLETION -> new CompletionCommand(around);
            case VERSION -> new VersionCommand(around);
        };
    }

    /** The same, with the commands below it that are classes of their own. */
    CommandLine line(Surroundings around) {
        var line = new CommandLine(command(around));
        return this == RUNS ? line.addSubcommand(new OutputCommand(around)) : line;
    }

    static Optional<Verb> find(String word) {
        return Arrays.stream(values()).filter(verb -> verb.word().equals(word)).findFirst();
    }

    /** All words, for suggestions. */
    static List<String> words() {
        return Stream.concat(Arrays.stream(values()).map(Verb::word), ELSEWHERE.keySet().stream())
                .toList();
    }
}
