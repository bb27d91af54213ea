package io.muster.action;

import io.muster.action.ActionSpec.OutputSpec;
import io.muster.action.InputSpec.Kind;
import io.muster.message.ActionName;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The actions that every node agent brings along. Others come from the node ({@code
 * /etc/muster/actions.d}) and are asked for with {@link #NODE_ACTIONS}.
 */
public final class BuiltIn {
    private static final String USER_NAME = "[a-z][a-z0-9_-]{0,31}";
    private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    private static final String PATH = "(/[A-Za-z0-9_+-][A-Za-z0-9._+-]*)+";

    /** An OpenSSH public key without options: type, base64, comment. */
    private static final String PUBLIC_KEY =
            "(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)"
                    + "|sk-(ssh-ed25519|ecdsa-sha2-nistp256)@openssh\\.com)"
                    + " [A-Za-z0-9+/]+={0,2}( .*)?";

    private static final OutputSpec REST =
            new OutputSpec("rest", "What is kept at the node of a stream that is not all here");

    /** Answers. */
    public static final ActionSpec NODE_PING =
            new ActionSpec(
                    new ActionName("node.ping"),
                    "Say that you are there",
                    ActionClass.READ,
                    true,
                    false,
                    Duration.ofSeconds(10),
                    List.of(),
                    List.of());

    /** Everything about a node, or the facts asked for. */
    public static final ActionSpec NODE_INVENTORY =
            new ActionSpec(
                    new ActionName("node.inventory"),
                    "Tell the facts, classes and actions of the node",
                    ActionClass.READ,
                    true,
                    false,
                    Duration.ofSeconds(30),
                    List.of(
                            InputSpec.optional(
                                    "facts",
                                    "only these facts (dotted paths), and nothing else",
                                    new Kind.Texts(Kind.Text.upTo(256), 64))),
                    List.of(
                            new OutputSpec("facts", "The facts, nested as they are"),
                            new OutputSpec("classes", "The roles given by the configuration tool"),
                            new OutputSpec("actions", "The names of the actions"),
                            new OutputSpec("collectives", "The collectives the node is in"),
                            new OutputSpec("version", "The version of the node agent"),
                            new OutputSpec("boot", "The boot id"),
                            new OutputSpec("started", "When the node agent was, in milliseconds"),
                            new OutputSpec("problems", "Why some facts are not told")));

    /** The specs of all actions of a node. */
    public static final ActionSpec NODE_ACTIONS =
            new ActionSpec(
                    new ActionName("node.actions"),
                    "Describe the actions of the node",
                    ActionClass.READ,
                    true,
                    false,
                    Duration.ofSeconds(10),
                    List.of(),
                    List.of(
                            new OutputSpec("actions", "The specs, in order of their names"),
                            new OutputSpec("problems", "Why some actions cannot be used")));

    /**
     * Stops requests, and keeps those from beginning that have not come. Of one's own without a
     * rule; of others' by one. It is let through where only looking is.
     */
    public static final ActionSpec NODE_CANCEL = Oversight.CANCEL;

    /** What became of requests, by the node's own record. */
    public static final ActionSpec NODE_OUTCOMES =
            new ActionSpec(
                    new ActionName("node.outcomes"),
                    "Tell what became of requests, by the record of the node",
                    ActionClass.READ,
                    true,
                    false,
                    Duration.ofSeconds(10),
                    List.of(
                            InputSpec.required(
                                    "requests",
                                    "the ids of the requests",
                                    new Kind.Texts(Kind.Text.matching(32, "[0-9a-f]{32}"), 50)),
                            Oversight.OF),
                    List.of(
                            new OutputSpec("requests", "What is known of each, by id"),
                            new OutputSpec(
                                    "forgotten", "What expired until then may have been known")));

    /** The rest of what a program said. */
    public static final ActionSpec NODE_OUTPUT =
            new ActionSpec(
                    new ActionName("node.output"),
                    "Tell, to its caller, the rest of what a request's program said",
                    ActionClass.READ,
                    true,
                    false,
                    Duration.ofSeconds(30),
                    List.of(
                            InputSpec.required(
                                    "request",
                                    "the id of the request",
                                    Kind.Text.matching(32, "[0-9a-f]{32}")),
                            InputSpec.optional(
                                    "stream",
                                    "which stream",
                                    new Kind.Choice(List.of("stdout", "stderr")),
                                    "stdout"),
                            InputSpec.optional(
                                    "offset",
                                    "from which byte on",
                                    new Kind.Whole(0, 1L << 40),
                                    "0")),
                    List.of(
                            new OutputSpec("bytes", "The next bytes, in base64, in pieces"),
                            new OutputSpec("offset", "Where they begin"),
                            new OutputSpec("size", "How many bytes are kept in all"),
                            new OutputSpec("sha256", "The digest of those")));

    /** Why a node would not carry out a request; nothing is begun. */
    public static final ActionSpec NODE_EXPLAIN = Oversight.EXPLAIN;

    /** Restarts the machine; done only when the node is back with another boot id. */
    public static final ActionSpec NODE_REBOOT =
            new ActionSpec(
                    new ActionName("node.reboot"),
                    "Restart the machine",
                    ActionClass.DESTRUCTIVE,
                    false,
                    false,
                    Duration.ofMinutes(15),
                    List.of(
                            InputSpec.optional(
                                    "delay",
                                    "how long to wait before going down",
                                    new Kind.Span(Duration.ZERO, Duration.ofHours(1)),
                                    "1s"),
                            InputSpec.optional(
                                    "reason",
                                    "told to those who are logged in",
                                    Kind.Text.upTo(200))),
                    List.of());

    /** What a node is doing. */
    public static final ActionSpec NODE_STATUS = Oversight.STATUS;

    /** Gives the machine another host name; its identity stays. */
    public static final ActionSpec NODE_RENAME =
            new ActionSpec(
                    new ActionName("node.rename"),
                    "Give the machine another host name",
                    ActionClass.CHANGE,
                    true,
                    true,
                    Duration.ofMinutes(1),
                    List.of(
                            InputSpec.required(
                                    "name",
                                    "the host name (RFC 1123, lower case), with or without domain",
                                    Kind.Text.matching(64, LABEL + "(\\." + LABEL + ")*"))),
                    List.of(
                            new OutputSpec("before", "The host name it had"),
                            new OutputSpec("after", "The host name it has"),
                            new OutputSpec("changes", "What was changed, or would be")));

    /** A login with its group, shell, home and keys. */
    public static final ActionSpec USER_ENSURE =
            new ActionSpec(
                    new ActionName("user.ensure"),
                    "Make sure that a user exists exactly so",
                    ActionClass.CHANGE,
                    true,
                    true,
                    Duration.ofMinutes(1),
                    List.of(
                            InputSpec.required(
                                    "name", "the login name", Kind.Text.matching(32, USER_NAME)),
                            InputSpec.optional(
                                    "uid",
                                    "the user's number; the next free one if absent",
                                    new Kind.Whole(1_000, 2_147_483_646)),
                            InputSpec.optional(
                                    "group",
                                    "the primary group; one named like the user if absent",
                                    Kind.Text.matching(32, USER_NAME)),
                            InputSpec.optional(
                                    "groups",
                                    "the other groups, these and no more",
                                    new Kind.Texts(Kind.Text.matching(32, USER_NAME), 64)),
                            InputSpec.optional(
                                    "shell", "the login shell", Kind.Text.matching(255, PATH)),
                            InputSpec.optional(
                                    "home", "the home directory", Kind.Text.matching(255, PATH)),
                            InputSpec.optional(
                                    "comment",
                                    "the full name or purpose",
                                    Kind.Text.matching(200, "[^:]*")),
                            InputSpec.optional(
                                    "keys",
                                    "the public keys that may log in, these and no more",
                                    new Kind.Texts(Kind.Text.matching(8_192, PUBLIC_KEY), 100)),
                            InputSpec.optionalSecret(
                                    "password",
                                    "the password; left as it is, or none, if absent",
                                    Kind.Text.matching(256, ".{8,}"))),
                    List.of(
                            new OutputSpec("uid", "The user's number"),
                            new OutputSpec("changes", "What was changed, or would be")));

    /** One run of the configuration tool. */
    public static final ActionSpec PUPPET_RUN =
            new ActionSpec(
                            new ActionName("puppet.run"),
                            "Run the Puppet agent once",
                            ActionClass.CHANGE,
                            true,
                            true,
                            Duration.ofMinutes(30),
                            List.of(
                                    InputSpec.optional(
                                            "tags",
                                            "only resources with these tags",
                                            new Kind.Texts(
                                                    Kind.Text.matching(
                                                            128, "[a-z0-9_][a-z0-9_:.-]*"),
                                                    64)),
                                    InputSpec.optional(
                                            "environment",
                                            "the environment to take the catalogue from",
                                            Kind.Text.matching(64, "[a-z0-9_]+"))),
                            List.of(
                                    new OutputSpec(
                                            "result",
                                            "unchanged, changed, failed, busy, disabled or"
                                                    + " waiting-for-signature"),
                                    new OutputSpec("exit", "The exit status of the Puppet agent"),
                                    new OutputSpec("stdout", "The end of what it wrote"),
                                    new OutputSpec("stderr", "The end of what it complained"),
                                    new OutputSpec("stdout_bytes", "How much it wrote in all"),
                                    new OutputSpec("stderr_bytes", "How much it complained in all"),
                                    REST))
                    .outliving();

    /** Any program: nobody may, unless a policy names it. */
    public static final ActionSpec COMMAND_RUN =
            new ActionSpec(
                    new ActionName("command.run"),
                    "Run a program, without a shell",
                    ActionClass.DESTRUCTIVE,
                    false,
                    false,
                    Duration.ofMinutes(16),
                    List.of(
                            InputSpec.required(
                                    "argv",
                                    "the absolute path of the program, then its arguments",
                                    new Kind.Texts(Kind.Text.upTo(8_192), 256)),
                            InputSpec.optional(
                                    "timeout",
                                    "how long it may take before it is killed",
                                    new Kind.Span(Duration.ofSeconds(1), Duration.ofMinutes(15)),
                                    "1m"),
                            InputSpec.optionalSecret(
                                    "stdin",
                                    "what the program reads from its standard input",
                                    new Kind.Lines(32_768))),
                    List.of(
                            new OutputSpec("exit", "The exit status"),
                            new OutputSpec("stdout", "What it wrote; of much, not all"),
                            new OutputSpec("stderr", "What it complained; of much, not all"),
                            new OutputSpec("stdout_bytes", "How much it wrote in all"),
                            new OutputSpec("stderr_bytes", "How much it complained in all"),
                            REST));

    /** Which documents of the authority, and which locks, the node goes by. */
    public static final ActionSpec TRUST_STATUS =
            new ActionSpec(
                    new ActionName("trust.status"),
                    "Tell which revocation lists, policy, trust set and locks the node goes by",
                    ActionClass.READ,
                    true,
                    false,
                    Duration.ofSeconds(10),
                    List.of(),
                    List.of(
                            new OutputSpec("operators", "The number of the list of operators"),
                            new OutputSpec("operators_issued", "When it was made"),
                            new OutputSpec("nodes", "The number of the list of nodes"),
                            new OutputSpec("nodes_issued", "When it was made"),
                            new OutputSpec("policy", "The number of the policy bundle"),
                            new OutputSpec("set", "The number of the trust set"),
                            new OutputSpec("locks", "The digest of the locks in force"),
                            new OutputSpec("in_force", "The ids of the locks in force"),
                            new OutputSpec(
                                    "policy_problem", "What is wrong with the file of the policy"),
                            new OutputSpec("stale", "Why nothing may be changed now")));

    /**
     * What a policy must allow for an operator's locks and releases to be obeyed. No request asks
     * for it: locks travel as documents of their own.
     */
    public static final ActionSpec TRUST_LOCK =
            new ActionSpec(
                    new ActionName("trust.lock"),
                    "Lock people, keys and actions, and release them",
                    ActionClass.CHANGE,
                    true,
                    false,
                    Duration.ofSeconds(10),
                    List.of(),
                    List.of());

    private static final List<ActionSpec> ALL =
            List.of(
                    COMMAND_RUN,
                    NODE_ACTIONS,
                    NODE_CANCEL,
                    NODE_EXPLAIN,
                    NODE_INVENTORY,
                    NODE_OUTCOMES,
                    NODE_OUTPUT,
                    NODE_PING,
                    NODE_REBOOT,
                    NODE_RENAME,
                    NODE_STATUS,
                    PUPPET_RUN,
                    TRUST_STATUS,
                    USER_ENSURE);

    private BuiltIn() {}

    /** All of them, in order of their names. */
    public static List<ActionSpec> all() {
        return ALL;
    }

    /** The one of that name. */
    public static Optional<ActionSpec> find(ActionName name) {
        return ALL.stream().filter(spec -> spec.name().equals(name)).findFirst();
    }
}
