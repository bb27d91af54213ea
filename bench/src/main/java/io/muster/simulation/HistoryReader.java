package io.muster.simulation;

import io.muster.audit.Inspection;
import io.muster.controller.Entry;
import io.muster.controller.Report;
import io.muster.controller.rollout.Halt;
import io.muster.controller.runs.PastRun;
import io.muster.controller.runs.RunsDirectory;
import io.muster.controller.runs.RunsDirectory.Kept;
import io.muster.journal.Journal;
import io.muster.journal.JournalException;
import io.muster.journal.Sheet;
import io.muster.message.Bytes;
import io.muster.message.FieldReader;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reply;
import io.muster.message.Reply.Answer;
import io.muster.message.Request;
import io.muster.message.RequestId;
import io.muster.message.Role;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;
import io.muster.security.TrustStore;
import io.muster.security.Verification.Trusted;
import io.muster.security.Verifier;
import io.muster.simulation.History.Begun;
import io.muster.simulation.History.Extent;
import io.muster.simulation.History.OfNode;
import io.muster.simulation.History.OfRun;
import io.muster.simulation.History.Signed;
import io.muster.simulation.History.Step;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what is left of a fleet's doings: from the files that the product itself writes, and from
 * the marks that deeds leave. What it reads of a directory:
 *
 * <ul>
 *   <li>{@code marks.jsonl}: a line for each deed, {@code {"node":ID,"request":ID,"at":MILLIS}}, by
 *       the clock of the node
 *   <li>{@code nodes/ID/}: the state directory of that node: its journal and its audit log
 *   <li>{@code runs/}: the directory of an operator's runs; in that of a run there may be {@code
 *       shown.json}, what the operator was told last: {@code {ID:STATE}}
 *   <li>{@code queue/}: what waits at the hub, if anything does
 *   <li>{@code trust.pem}: whom the fleet trusts
 * </ul>
 */
public final class HistoryReader {
    private static final Duration SKEW = Duration.ofSeconds(30);

    private final List<Mark> marks = new ArrayList<>();
    private final Map<NodeId, OfNode> nodes = new LinkedHashMap<>();
    private final Map<String, Map<NodeId, String>> shown = new HashMap<>();
    private final List<Kept> kept = new ArrayList<>();
    private final List<Extent> extents = new ArrayList<>();
    private Optional<Verifier> verifying = Optional.empty();
    private Instant now = Instant.MIN;

    /** All that is in that directory. */
    public static History read(Path directory) throws IOException {
        var reader = new HistoryReader();
        reader.trust(TrustStore.load(directory.resolve("trust.pem")));
        for (var line : Files.readAllLines(directory.resolve("marks.jsonl"))) {
            var mark = new FieldReader("mark", Json.read(Bytes.utf8(line)));
            reader.marks(
                    List.of(
                            new Mark(
                                    mark.text("node", NodeId::new),
                                    mark.text("request", RequestId::new),
                                    mark.instant("at"))));
        }
        try (var all = Files.list(directory.resolve("nodes"))) {
            for (var node : all.sorted().toList()) {
                reader.node(new NodeId(String.valueOf(node.getFileName())), node, false);
            }
        }
        reader.runs(directory.resolve("runs"));
        reader.queue(directory.resolve("queue"));
        return reader.history();
    }

    void marks(List<Mark> all) {
        marks.addAll(all);
    }

    void trust(TrustStore store) {
        verifying = Optional.of(new Verifier(store, () -> now));
    }

    /**
     * What is in the state directory of that node.
     *
     * @param full whether its disk was full at some time
     */
    void node(NodeId id, Path state, boolean full) throws IOException {
        var begun = new LinkedHashMap<RequestId, Begun>();
        var ended = new LinkedHashMap<RequestId, Reply>();
        var journal = state.resolve("requests.journal");
        if (Files.exists(journal)) {
            Journal.read(journal, record -> take(record, begun, ended));
        }
        var logs = auditFiles(state);
        extents.addAll(Extents.ofNode(id, state));
        nodes.put(
                id, new OfNode(begun, ended, accepted(logs), Inspection.of(logs, List.of()), full));
    }

    private static void take(
            Bytes record, Map<RequestId, Begun> begun, Map<RequestId, Reply> ended) {
        var sheet = Sheet.decode(record);
        var reader = new FieldReader("journal", sheet.head());
        if (sheet.head().member("begun").isPresent()) {
            begun.put(
                    reader.text("begun", RequestId::new),
                    new Begun(reader.text("digest"), reader.instant("at")));
        } else if (sheet.head().member("ended").isPresent()) {
            ended.put(reader.text("ended", RequestId::new), Reply.decode(sheet.held()));
        }
    }

    private static List<Path> auditFiles(Path state) throws IOException {
        try (var files = Files.newDirectoryStream(state, "audit*.jsonl")) {
            var all = new ArrayList<Path>();
            files.forEach(all::add);
            all.sort(null);
            return all;
        }
    }

    private static Set<RequestId> accepted(List<Path> logs) throws IOException {
        var accepted = new LinkedHashSet<RequestId>();
        for (var log : logs) {
            var text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
            for (var line : text.split("\n", -1)) {
                accepted(line).ifPresent(accepted::add);
            }
        }
        return accepted;
    }

    /** What is no record the inspection finds. */
    private static Optional<RequestId> accepted(String line) {
        try {
            return line.contains("\"accepted\"")
                    ? Json.read(Bytes.utf8(line)).member("request").flatMap(HistoryReader::id)
                    : Optional.empty();
        } catch (MalformedException _) {
            return Optional.empty();
        }
    }

    private static Optional<RequestId> id(Value value) {
        return value instanceof Value.Text(String text)
                ? Optional.of(new RequestId(text))
                : Optional.empty();
    }

    /** What is in the directory of an operator's runs. */
    void runs(Path directory) throws IOException {
        for (var each : new RunsDirectory(directory, Duration.ofDays(1)).all()) {
            kept.add(each);
            var told = each.folder().resolve("shown.json");
            if (Files.exists(told)) {
                shown.put(each.id(), states(Json.read(Bytes.wrap(Files.readAllBytes(told)))));
            }
        }
    }

    /** What waits at the hub. */
    void queue(Path directory) throws IOException {
        extents.addAll(Extents.ofQueue(directory));
    }

    private static Map<NodeId, String> states(Fields fields) {
        var reader = new FieldReader("shown", fields);
        var states = new LinkedHashMap<NodeId, String>();
        fields.members().keySet().forEach(id -> states.put(new NodeId(id), reader.text(id)));
        return states;
    }

    /** What the operator was told of that run. */
    void shown(String run, Report report) {
        var states = new LinkedHashMap<NodeId, String>();
        for (Entry entry : report.entries()) {
            states.put(entry.id(), entry.state().word());
        }
        shown.put(run, states);
    }

    History history() throws IOException {
        var runs = new ArrayList<OfRun>();
        for (var each : kept) {
            run(each).ifPresent(runs::add);
        }
        return new History(List.copyOf(marks), nodes, runs, SKEW, List.copyOf(extents));
    }

    /** One that was cut off before it said what it is sent nothing. */
    private Optional<OfRun> run(Kept each) throws IOException {
        PastRun past;
        try {
            past = each.read();
        } catch (JournalException _) {
            return Optional.empty();
        }
        var requests = new LinkedHashMap<RequestId, Signed>();
        for (var sent : past.past().sent()) {
            signed(sent.asked().message())
                    .ifPresent(request -> requests.put(sent.asked().id(), request));
        }
        var steps = new ArrayList<Step>();
        var journal = each.folder().resolve("run.journal");
        Journal.read(journal, record -> step(record, steps));
        extents.add(Extents.ofRun(past, journal));
        return Optional.of(
                new OfRun(past, requests, steps, Optional.ofNullable(shown.get(each.id()))));
    }

    private Optional<Signed> signed(Bytes message) {
        try {
            var envelope = Envelope.decode(message);
            var request = Request.decode(envelope.payload());
            now = request.issued();
            var verified = verifier().verify(envelope, PayloadType.REQUEST, Set.of(Role.OPERATOR));
            return verified instanceof Trusted trusted && trusted.signer().equals(request.sender())
                    ? Optional.of(new Signed(request, envelope.payload().sha256().hex()))
                    : Optional.empty();
        } catch (MalformedException _) {
            return Optional.empty();
        }
    }

    private Verifier verifier() {
        return verifying.orElseThrow(() -> new IllegalStateException("whom to trust?"));
    }

    private static void step(Bytes record, List<Step> steps) {
        var sheet = Sheet.decode(record);
        var fields = sheet.head();
        var reader = new FieldReader("run", fields);
        if (fields.member("sending").isPresent()) {
            var asked = new FieldReader("request", reader.fields("sending"));
            steps.add(
                    new Step.Sent(
                            asked.text("id", RequestId::new), reader.texts("to", NodeId::new)));
        } else if (fields.member("keptBack").isPresent()) {
            var back = reader.texts("keptBack", NodeId::new);
            steps.replaceAll(step -> without(step, back));
        } else if (fields.member("heard").isPresent()) {
            var node = reader.text("heard", NodeId::new);
            var reply = Reply.decode(sheet.held());
            switch (reply.answer()) {
                case Answer.Final(Outcome outcome) -> steps.add(new Step.Heard(node, outcome));
                case Answer.Accepted _, Answer.Armed _ ->
                        steps.add(new Step.Receipt(node, reply.request()));
                case Answer.Part _ -> {}
            }
        } else if (fields.member("ended").isPresent()) {
            steps.add(
                    new Step.Left(
                            reader.optionalFields("halt")
                                    .map(halt -> new FieldReader("halt", halt))
                                    .map(halt -> halt.text("by", Halt.Cause::parse))));
        }
    }

    /** What was written down and did not go out after all. */
    private static Step without(Step step, List<NodeId> nodes) {
        return switch (step) {
            case Step.Sent(RequestId request, List<NodeId> to) ->
                    new Step.Sent(
                            request, to.stream().filter(node -> !nodes.contains(node)).toList());
            case Step.Heard heard -> heard;
            case Step.Receipt receipt -> receipt;
            case Step.Left left -> left;
        };
    }
}
