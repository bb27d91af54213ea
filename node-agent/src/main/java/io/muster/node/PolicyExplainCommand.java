package io.muster.node;

import io.muster.action.ActionSpec;
import io.muster.action.InputSpec;
import io.muster.config.ConfigException;
import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.message.Role;
import io.muster.message.Value.Fields;
import io.muster.node.trust.TrustState;
import io.muster.policy.Application;
import io.muster.policy.Endorsement;
import io.muster.policy.Policy;
import io.muster.policy.Rule;
import io.muster.policy.Situation;
import io.muster.trust.PolicyBundle;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;

/** {@code muster policy explain ACTION}: what would a node say, and why? */
@Command(
        name = "explain",
        sortOptions = false,
        description = {
            "Says what a node would answer somebody, and which rules led to it.",
            "",
            "Exit status: 0 allowed, 3 refused, 2 something is wrong with what was typed."
        },
        footer = {
            "",
            "Examples:",
            "  muster policy explain node.reboot --caller operator/alice --targets 3 --approvals 2",
            "  muster policy explain user.ensure name=deploy --caller operator/bob --policy"
                    + " new.json",
            "  muster policy explain puppet.run --caller operator/bob --at 2026-12-24T20:00"
                    + " --attribute team=ops"
        })
final class PolicyExplainCommand implements Callable<Integer> {
    private static final int REFUSED = 3;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "ACTION", description = "Such as node.reboot.")
    private String action = "";

    @Parameters(index = "1..*", paramLabel = "name=value", description = "Inputs of the action.")
    private List<String> words = new ArrayList<>();

    @Option(
            names = "--sealed",
            paramLabel = "NAME",
            description = "With that secret input, whatever it is: policies do not see it.")
    private Set<String> sealed = new LinkedHashSet<>();

    @Option(names = "--caller", required = true, description = "Who asks: operator/NAME.")
    private String caller = "";

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "Instead of what is in force on this node: its file, or a bundle.")
    private Optional<Path> policy = Optional.empty();

    @Option(names = "--targets", paramLabel = "N", description = "For so many nodes; default 1.")
    private int targets = 1;

    @Option(names = "--broadcast", description = "For whoever matches, without a list of targets.")
    private boolean broadcast;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "2026-12-24T20:00 (here) or 2026-12-24T19:00:00Z; default now.")
    private Optional<String> at = Optional.empty();

    @Option(names = "--collective", description = "Sent to that one; default ${DEFAULT-VALUE}.")
    private String collective = "main";

    @Option(names = "--attribute", paramLabel = "K=V", description = "Attested of the caller.")
    private Map<String, String> attributes = new LinkedHashMap<>();

    @Option(
            names = "--node-attribute",
            paramLabel = "K=V",
            description = "Attested of the node; default: of this node.")
    private Map<String, String> nodeAttributes = new LinkedHashMap<>();

    @Option(
            names = "--fact",
            paramLabel = "K=V",
            description = "In the node's files of facts; default: in those of this node.")
    private Map<String, String> facts = new LinkedHashMap<>();

    @Option(
            names = "--approvals",
            paramLabel = "N",
            description = "With the approvals of so many who may give one.")
    private int approvals;

    @Option(
            names = "--approved-by",
            paramLabel = "WHO",
            description = "With the approval of that operator/NAME.")
    private List<String> approvedBy = new ArrayList<>();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            description = "text or json.",
            defaultValue = "text")
    private String output = "text";

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings of the node agent; default ${DEFAULT-VALUE}.",
            defaultValue = "/etc/muster/agent.conf")
    private Path config = AgentConfig.FILE;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("unused") // the parser acts on it
    private boolean help;

    @Override
    public Integer call() {
        var line = spec.commandLine();
        if (!List.of("text", "json").contains(output)) {
            return PolicyCommand.refuse(line, "--output: text or json");
        }
        if (targets < 1 || approvals < 0) {
            return PolicyCommand.refuse(line, "--targets and --approvals count something");
        }
        try {
            var known = KnownActions.with(config);
            var settings = known.config();
            var here = situation(settings);
            var inForce = policy.map(PolicyCommand::read).orElseGet(() -> inForce(settings, here));
            var application = application(known, inForce, here);
            var explained = inForce.explain(application, Rule.Usage.NONE);
            line.getOut()
                    .print(
                            output.equals("json")
                                    ? ExplanationForm.json(explained)
                                    : ExplanationForm.text(explained));
            line.getOut().flush();
            return explained.decision() instanceof Policy.Decision.Denied ? REFUSED : 0;
        } catch (ConfigException e) {
            return PolicyCommand.refuse(line, String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            return PolicyCommand.refuse(line, String.valueOf(e.getMessage()));
        }
    }

    /** As the node agent goes by it: its file, or the newest bundle and what its file denies. */
    private Policy inForce(AgentConfig settings, Situation here) {
        var file = PolicyCommand.read(settings.policy());
        return TrustState.policyIn(settings.state())
                .flatMap(bundle -> bundled(bundle, here))
                .map(bundled -> BundledPolicy.restricted(bundled, file))
                .orElse(file);
    }

    private Optional<Policy> bundled(PolicyBundle bundle, Situation here) {
        var text = bundle.textFor(here.attributes());
        if (text.isPresent()) {
            spec.commandLine()
                    .getErr()
                    .println("By policy bundle " + bundle.number() + " and what the file denies:");
        }
        return text.map(Policy::parse);
    }

    private Application application(KnownActions known, Policy inForce, Situation here) {
        var wanted = known.find(action);
        var who = operator(caller);
        sealed.forEach(name -> checkSecret(wanted, name));
        var typed = wanted.fromWords(words, sealed);
        return new Application(
                who,
                who.brief(),
                attributes,
                wanted,
                wanted.check(typed, sealed).values(),
                sealed,
                new Collective(collective),
                broadcast ? OptionalInt.empty() : OptionalInt.of(targets),
                at.map(PolicyExplainCommand::moment).or(() -> now(known.config())),
                here,
                endorsements(inForce, who, wanted));
    }

    private static void checkSecret(ActionSpec wanted, String name) {
        if (wanted.input(name).filter(InputSpec::secret).isEmpty()) {
            throw new IllegalArgumentException(
                    "--sealed " + name + ": " + wanted.name() + " has no such secret input");
        }
    }

    private Situation situation(AgentConfig settings) {
        var membership = new Membership(settings);
        var own =
                membership.joined()
                        ? LocalFacts.of(settings, membership.credentials(), InstantSource.system())
                        : new LocalFacts(Map::of, settings.facts(), InstantSource.system());
        var here = own.get();
        var told = Fields.EMPTY;
        for (var fact : facts.entrySet()) {
            told = told.with(fact.getKey(), fact.getValue());
        }
        return new Situation(
                nodeAttributes.isEmpty() ? here.attributes() : nodeAttributes,
                facts.isEmpty() ? here.facts() : told,
                !facts.isEmpty() || here.complete());
    }

    private List<Endorsement> endorsements(Policy inForce, Identity who, ActionSpec wanted) {
        var given = new ArrayList<Endorsement>();
        approvedBy.forEach(name -> given.add(endorsement(operator(name))));
        inForce.approvers(who, wanted).stream()
                .limit(approvals)
                .forEach(approver -> given.add(endorsement(approver)));
        return given;
    }

    private static Endorsement endorsement(Identity approver) {
        return new Endorsement(approver, approver.brief());
    }

    private static Identity operator(String text) {
        if (!text.startsWith("operator/")) {
            throw new IllegalArgumentException(text + " is not operator/NAME");
        }
        return new Identity("any", Role.OPERATOR, text.substring("operator/".length()));
    }

    /** A node that does not trust its clock does not know. */
    private static Optional<Instant> now(AgentConfig settings) {
        return settings.challenge()
                ? Optional.empty()
                : Optional.of(InstantSource.system().instant());
    }

    private static Instant moment(String text) {
        try {
            return text.endsWith("Z")
                    ? Instant.parse(text)
                    : LocalDateTime.parse(text).atZone(ZoneId.systemDefault()).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "--at " + text + ": not a time such as 2026-12-24T20:00", e);
        }
    }
}
