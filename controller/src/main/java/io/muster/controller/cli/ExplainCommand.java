package io.muster.controller.cli;

import io.muster.action.ActionClass;
import io.muster.action.ActionSpec;
import io.muster.action.BuiltIn;
import io.muster.action.InputSpec;
import io.muster.controller.Entry;
import io.muster.controller.ExitCode;
import io.muster.controller.Run;
import io.muster.controller.ask.Hub.HubException;
import io.muster.controller.discovery.Presence;
import io.muster.controller.discovery.Search;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.controller.render.ExplainPage;
import io.muster.controller.render.ExplainPage.Explained;
import io.muster.controller.render.ExplainPage.Why;
import io.muster.controller.render.JsonForm;
import io.muster.filter.Filter;
import io.muster.message.ActionName;
import io.muster.message.Escape;
import io.muster.message.FieldReader;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/** {@code muster explain ACTION NODE}: why not. */
@Command(
        name = "explain",
        description = {
            "Say why nodes would not do something for you: each term of the filter, the",
            "policy, approvals, locks, freezes and windows, who holds the node, its clock",
            "and lists, an unknown action or a bad input, or that it is not there. Asks the",
            "nodes themselves, which judge it as they would the request, and begin nothing.",
            "Exit: 0 all would, 4 some would not, 5 some did not answer or are unknown."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster explain node.reboot web01",
            "  muster explain puppet.run web01 web02 tags=nginx -F role=web",
            "  muster explain node.reboot web01 --targets 40 --output json",
            "",
            "Words with = in them are inputs of the action, as muster run takes them."
        })
final class ExplainCommand implements Callable<ExitCode> {
    private static final ActionSpec ASKED = BuiltIn.NODE_EXPLAIN;
    private static final Duration TTL = Duration.ofMinutes(1);
    private static final Duration USUAL = Duration.ofSeconds(10);

    private final Surroundings around;

    @Parameters(index = "0", paramLabel = "ACTION", description = "Such as node.reboot.")
    private String action = "";

    @Parameters(index = "1..*", paramLabel = "NODE|name=value", description = "Whom to ask.")
    private List<String> words = new ArrayList<>();

    @Option(names = "--targets", paramLabel = "N", description = "As a run for so many nodes.")
    private int targets = 1;

    @Option(names = "--dry-run", description = "Only to say what would be done.")
    private boolean dryRun;

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "TIME",
            description = "How long to wait for the nodes; 10s unless given.")
    private Optional<String> timeout = Optional.empty();

    @Mixin private CommonOptions common = new CommonOptions();
    @Mixin private FilterOptions filter = new FilterOptions();
    @Mixin private CollectiveOption collective = new CollectiveOption();
    @Mixin private OutputOptions output = new OutputOptions();

    ExplainCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public ExitCode call() throws InterruptedException {
        output.form();
        var names = words.stream().filter(word -> !word.contains("=")).toList();
        if (names.isEmpty()) {
            throw new UsageException("which nodes? muster explain " + action + " NODE ...");
        }
        if (targets < 1) {
            throw new UsageException("--targets " + targets + ": at least 1");
        }
        var question = question(filter.filter());
        var patience = timeout.map(t -> TimeOptions.span("--timeout", t)).orElse(USUAL);
        try (var session = Session.open(around, common, collective.get())) {
            var found = session.find(Search.of(Filter.EVERYTHING).among(names));
            var since = since(session, found);
            var run =
                    new Run(
                            ASKED.name(),
                            ASKED.actionClass(),
                            question,
                            Filter.EVERYTHING,
                            false,
                            TTL,
                            patience);
            var report = session.fleet().run(run, found, _ -> {});
            var all = report.entries().stream().map(entry -> explained(entry, since)).toList();
            show(new ExplainPage(all), found);
            return code(all, found);
        }
    }

    private Fields question(Filter asked) {
        ActionName name;
        try {
            name = new ActionName(action);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        var fields = Fields.EMPTY.with("action", name.value());
        var known = BuiltIn.find(name);
        if (known.isPresent()) {
            fields = fields.with("class", known.get().actionClass().word());
        }
        var inputs = words.stream().filter(word -> word.contains("=")).toList();
        if (!inputs.isEmpty()) {
            var arguments =
                    known.map(spec -> spec.fromWords(inputs, secrets(spec)))
                            .orElseGet(() -> plain(inputs));
            fields = fields.with("arguments", Json.text(arguments));
        }
        if (!asked.everything()) {
            fields = fields.with("filter", Json.text(asked.toValue()));
        }
        if (targets > 1) {
            fields = fields.with("targets", targets);
        }
        return dryRun ? fields.with("dry_run", true) : fields;
    }

    private static Set<String> secrets(ActionSpec spec) {
        return spec.secrets().stream().map(InputSpec::name).collect(Collectors.toUnmodifiableSet());
    }

    /** Of an action that only the nodes know. */
    private static Fields plain(List<String> inputs) {
        var fields = Fields.EMPTY;
        for (var input : inputs) {
            var at = input.indexOf('=');
            fields = fields.with(input.substring(0, at), value(input.substring(at + 1)));
        }
        return fields;
    }

    private static Value value(String text) {
        if (text.matches("-?[0-9]{1,18}")) {
            return Value.of(Long.parseLong(text));
        }
        return text.equals("true") || text.equals("false")
                ? Value.of(Boolean.parseBoolean(text))
                : Value.of(text);
    }

    /** Since when those that are not there are not, as far as the hub says. */
    private static Map<NodeId, Instant> since(Session session, Targets found)
            throws InterruptedException {
        var since = new LinkedHashMap<NodeId, Instant>();
        if (found.offline().isEmpty()) {
            return since;
        }
        var columns = Fields.EMPTY.with("columns", Value.texts(List.of("state", "since")));
        try {
            for (var part : session.desk().ask("hub.presence", columns)) {
                for (var row : objects(new FieldReader("part", part), "nodes")) {
                    var reader = new FieldReader("node", row);
                    since.put(reader.text("id", NodeId::new), reader.instant("since"));
                }
            }
        } catch (HubException | MalformedException _) {
            // Then it is not said since when.
        }
        return since;
    }

    private Explained explained(Entry entry, Map<NodeId, Instant> since) {
        var target = entry.target();
        var away = away(target, since);
        if (away.isPresent() && entry.outcome().isEmpty()) {
            return new Explained(target, true, List.of(away.get()), List.of());
        }
        if (entry.outcome().isEmpty()) {
            var silent = new Why("no-reply", "it did not answer in time");
            return new Explained(target, false, List.of(silent), List.of());
        }
        var reasons = new ArrayList<>(away.stream().toList());
        var said = entry.outcome().get();
        switch (said) {
            case Outcome.Ok(_, Fields data) -> {
                try {
                    return told(target, reasons, data);
                } catch (MalformedException e) {
                    reasons.add(new Why("unreadable", e.problem()));
                }
            }
            case Outcome.Refused refused ->
                    reasons.add(new Why(refused.reason().word(), refused.message()));
            case Outcome.Changed _,
                    Outcome.Failed _,
                    Outcome.Expired _,
                    Outcome.Interrupted _,
                    Outcome.Cancelled _ ->
                    reasons.add(new Why(said.word(), said.message()));
        }
        return new Explained(target, true, reasons, List.of());
    }

    private static Explained told(Target target, List<Why> reasons, Fields data) {
        var reader = new FieldReader("explanation", data);
        reader.truth("would");
        for (var row : objects(reader, "reasons")) {
            var reason = new FieldReader("reason", row);
            reasons.add(new Why(reason.text("reason"), reason.text("message")));
        }
        return new Explained(target, true, reasons, objects(reader, "filter"));
    }

    private static List<Fields> objects(FieldReader reader, String name) {
        return reader.optionalItems(name).orElse(List.of()).stream()
                .filter(Fields.class::isInstance)
                .map(Fields.class::cast)
                .toList();
    }

    /** What presence has against it. */
    private Optional<Why> away(Target target, Map<NodeId, Instant> since) {
        var word = target.presence().word();
        var when =
                Optional.ofNullable(since.get(target.id()))
                        .map(at -> " since " + at.truncatedTo(ChronoUnit.SECONDS))
                        .orElse("");
        if (target.presence() == Presence.CLONE) {
            return BuiltIn.find(new ActionName(action))
                            .filter(spec -> spec.actionClass() == ActionClass.READ)
                            .isPresent()
                    ? Optional.empty()
                    : Optional.of(
                            new Why(
                                    "frozen",
                                    "two machines are this node: muster ca clean " + target.id()));
        }
        return target.presence().offline()
                ? Optional.of(new Why("offline", word + when))
                : Optional.empty();
    }

    private void show(ExplainPage page, Targets found) {
        var out = around.out();
        switch (output.form()) {
            case TEXT -> page.show(output.screen(around));
            case NAMES -> page.would().forEach(out::println);
            case JSONL -> page.rows().forEach(row -> out.println(JsonForm.line(row)));
            case JSON -> out.println(JsonForm.document(page.document(action, found.unknown())));
        }
        for (var name : found.unknown()) {
            around.err()
                    .println(
                            "no node is called "
                                    + Escape.quoted(name)
                                    + " in this collective; -T asks another");
        }
        around.err().flush();
    }

    private static ExitCode code(List<Explained> all, Targets found) {
        if (all.isEmpty()) {
            return ExitCode.NOBODY;
        }
        if (all.stream().anyMatch(each -> each.answered() && !each.would())) {
            return ExitCode.FAILED;
        }
        var whole = all.stream().allMatch(Explained::answered) && found.unknown().isEmpty();
        return whole ? ExitCode.DONE : ExitCode.INCOMPLETE;
    }
}
