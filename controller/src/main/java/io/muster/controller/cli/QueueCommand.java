package io.muster.controller.cli;

import io.muster.controller.ExitCode;
import io.muster.controller.ask.Hub.HubException;
import io.muster.controller.queue.QueueDesk;
import io.muster.controller.render.JsonForm;
import io.muster.message.Escape;
import io.muster.message.NodeId;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.queue.QueueEntry;
import io.muster.queue.QueueState;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code muster queue}: what waits at the hub for nodes that are away. */
@Command(
        name = "queue",
        description = {
            "List what waits at the hub for nodes that are away (muster run --queue), and",
            "what became of it there until a day after its expiry."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster queue",
            "  muster queue --own --state waiting --output json",
            "  muster queue --node n-0123456789ab",
            "  muster queue withdraw last        what the last run left there",
            "  muster queue withdraw web01"
        })
final class QueueCommand implements Callable<ExitCode> {
    private final Surroundings around;

    @Option(names = "--own", description = "Only what you left there.")
    private boolean own;

    @Option(names = "--node", paramLabel = "ID", description = "Only for that node.")
    private List<String> nodes = new ArrayList<>();

    @Option(
            names = "--state",
            paramLabel = "STATE",
            split = ",",
            description = "Only in these: waiting, handed, withdrawn, expired.")
    private List<String> states = new ArrayList<>();

    @Mixin private CommonOptions common = new CommonOptions();
    @Mixin private OutputOptions output = new OutputOptions();

    QueueCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public ExitCode call() throws InterruptedException {
        output.form();
        var arguments = own ? Fields.EMPTY.with("own", true) : Fields.EMPTY;
        if (!nodes.isEmpty()) {
            nodes.forEach(QueueCommand::node);
            arguments = arguments.with("nodes", Value.texts(nodes));
        }
        if (!states.isEmpty()) {
            states.forEach(QueueCommand::state);
            arguments = arguments.with("states", Value.texts(states));
        }
        try (var session = Session.open(around, common, Optional.empty())) {
            show(new QueueDesk(session.desk()).list(arguments), output);
            return ExitCode.DONE;
        } catch (HubException e) {
            throw unable(e);
        }
    }

    private static void node(String text) {
        try {
            new NodeId(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--node: " + e.getMessage());
        }
    }

    private static void state(String text) {
        try {
            QueueState.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException(
                    "--state: " + e.getMessage() + ": waiting, handed, withdrawn or expired");
        }
    }

    private static UnableException unable(HubException e) {
        return new UnableException(Escape.line(String.valueOf(e.getMessage())));
    }

    /** {@code muster queue withdraw}. */
    @Command(
            name = "withdraw",
            description = {
                "Takes back what you left at the hub: of a run, for a node, or one request. The",
                "hub hands it to nobody then; a broker that kept a copy on the way there could,",
                "until it expires. What was handed out already may be done: muster runs cancel",
                "RUN stops it there.",
                "Exit: 0 all of it is taken back; 5 some was handed out; 3 there was nothing."
            },
            sortOptions = false,
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster queue withdraw last            what the last run left there",
                "  muster queue withdraw web01           what waits for that node",
                "  muster queue withdraw 0f8fad5b        that request, as muster queue shows it",
                "  muster queue withdraw web01 --others --yes"
            })
    @SuppressWarnings("unused") // picocli calls it
    ExitCode withdraw(
            @Parameters(
                            paramLabel = "RUN|REQUEST|NODE",
                            description = "A run, the id of a request, the id or name of a node.")
                    String word,
            @Option(
                            names = "--others",
                            description = {
                                "Also what others have left there; for those whom the",
                                "hub's setting queue-operators names."
                            })
                    boolean others,
            @Option(
                            names = {"-y", "--yes"},
                            description = "Do not ask whether it is to be so many.")
                    boolean yes,
            @Mixin CommonOptions options,
            @Mixin OutputOptions form)
            throws InterruptedException {
        form.form();
        try {
            var told = new TakenBack(around, options, others, yes).take(word);
            show(told, form);
            return told.stream().allMatch(entry -> entry.state() != QueueState.HANDED)
                    ? ExitCode.DONE
                    : ExitCode.INCOMPLETE;
        } catch (HubException e) {
            throw unable(e);
        }
    }

    private void show(List<QueueEntry> entries, OutputOptions form) {
        var out = around.out();
        switch (form.form()) {
            case TEXT -> {
                entries.forEach(entry -> out.println(line(entry)));
                if (entries.isEmpty()) {
                    out.println("nothing waits at the hub");
                }
            }
            case NAMES -> entries.forEach(entry -> out.println(entry.node()));
            case JSONL ->
                    entries.forEach(
                            e -> out.println(JsonForm.line(JsonForm.typed("queued", fields(e)))));
            case JSON ->
                    out.println(
                            JsonForm.document(
                                    new Items(
                                            entries.stream()
                                                    .<Value>map(QueueCommand::fields)
                                                    .toList())));
        }
    }

    private static String line(QueueEntry entry) {
        return String.join(
                "  ",
                entry.request().substring(0, 8),
                entry.node().value(),
                entry.state().word(),
                entry.action().value(),
                "until " + entry.expires().truncatedTo(ChronoUnit.SECONDS),
                Escape.line(entry.sender().brief()));
    }

    private static Fields fields(QueueEntry entry) {
        return Fields.EMPTY
                .with("request", entry.request())
                .with("node", entry.node().value())
                .with("state", entry.state().word())
                .with("action", entry.action().value())
                .with("class", entry.actionClass().word())
                .with("operator", entry.sender().brief())
                .with("issued", entry.issued().toString())
                .with("expires", entry.expires().toString());
    }
}
