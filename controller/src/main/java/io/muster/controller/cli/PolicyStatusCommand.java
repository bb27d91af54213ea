package io.muster.controller.cli;

import io.muster.controller.ExitCode;
import io.muster.controller.ask.Hub.HubException;
import io.muster.controller.render.Fold;
import io.muster.controller.render.JsonForm;
import io.muster.message.Escape;
import io.muster.message.FieldReader;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/** {@code muster policy status}: which nodes go by which policy bundle. */
@Command(
        name = "policy",
        sortOptions = false,
        description = {
            "Which nodes go by which policy bundle, as they announce it.",
            "muster policy check, explain and push have a --help of their own."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  muster policy status", "  muster policy status --output json"})
final class PolicyStatusCommand implements Callable<ExitCode> {
    private final Surroundings around;

    @Parameters(index = "0", paramLabel = "status", description = "The only word here.")
    private String word = "";

    @Mixin private CommonOptions common = new CommonOptions();
    @Mixin private CollectiveOption collective = new CollectiveOption();
    @Mixin private OutputOptions output = new OutputOptions();

    PolicyStatusCommand(Surroundings around) {
        this.around = around;
    }

    /**
     * One node.
     *
     * @param number of its bundle; 0 is its own file
     */
    private record Line(String id, String name, String state, long number) {
        static Line of(Value row) {
            if (!(row instanceof Fields fields)) {
                throw new HubException("the hub handed out a node that is none");
            }
            var reader = new FieldReader("presence", fields);
            return new Line(
                    reader.text("id", NodeId::new).value(),
                    reader.text("name"),
                    reader.text("state"),
                    reader.optionalWhole("policy").orElse(0L));
        }

        Fields form() {
            return Fields.EMPTY
                    .with("id", id)
                    .with("name", name)
                    .with("state", state)
                    .with("policy", number);
        }
    }

    @Override
    public ExitCode call() throws InterruptedException {
        if (!word.equals("status")) {
            throw new UsageException(Escape.quoted(word) + ": status, check, explain or push");
        }
        output.form();
        try (var session = Session.open(around, common, collective.get())) {
            var columns = Value.texts(List.of("name", "state", "policy"));
            var lines = new ArrayList<Line>();
            for (var part :
                    session.desk().ask("hub.presence", Fields.EMPTY.with("columns", columns))) {
                part.member("nodes").stream()
                        .flatMap(nodes -> nodes instanceof Items(var items) ? items.stream() : null)
                        .forEach(row -> lines.add(Line.of(row)));
            }
            show(lines);
            return lines.isEmpty() ? ExitCode.NOBODY : ExitCode.DONE;
        } catch (MalformedException e) {
            throw new UnableException("the hub handed out nonsense: " + e.problem());
        } catch (HubException e) {
            throw new UnableException(Escape.line(String.valueOf(e.getMessage())));
        }
    }

    private void show(List<Line> lines) {
        var out = around.out();
        switch (output.form()) {
            case TEXT -> text(lines);
            case JSON ->
                    out.println(
                            JsonForm.document(
                                    Fields.EMPTY.with(
                                            "nodes",
                                            new Items(
                                                    lines.stream()
                                                            .<Value>map(Line::form)
                                                            .toList()))));
            case JSONL ->
                    lines.forEach(
                            line ->
                                    out.println(
                                            JsonForm.line(JsonForm.typed("node", line.form()))));
            case NAMES -> lines.forEach(line -> out.println(line.id()));
        }
        out.flush();
    }

    /** The newest first: who has it, and who does not yet. */
    private void text(List<Line> lines) {
        var groups = new TreeMap<Long, List<String>>(java.util.Comparator.reverseOrder());
        for (var line : lines) {
            var away = line.state().equals("up") ? "" : " (" + line.state() + ")";
            groups.computeIfAbsent(line.number(), _ -> new ArrayList<>())
                    .add(Escape.line(line.name() + away));
        }
        groups.forEach(
                (number, names) ->
                        around.out()
                                .println(
                                        Optional.of(number)
                                                        .filter(n -> n > 0)
                                                        .map(n -> "bundle " + n)
                                                        .orElse("own file")
                                                + " ("
                                                + names.size()
                                                + "): "
                                                + String.join(", ", Fold.fold(names))));
    }
}
