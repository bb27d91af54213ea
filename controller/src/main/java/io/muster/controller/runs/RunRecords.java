package io.muster.controller.runs;

import io.muster.action.ActionClass;
import io.muster.controller.Past;
import io.muster.controller.Report;
import io.muster.controller.ask.Asked;
import io.muster.controller.ask.Stray;
import io.muster.controller.ask.Strays;
import io.muster.controller.discovery.Presence;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.controller.queue.Standing;
import io.muster.controller.rollout.Batch;
import io.muster.controller.rollout.Halt;
import io.muster.controller.rollout.Rollout;
import io.muster.controller.rollout.Schedule;
import io.muster.filter.Filter;
import io.muster.journal.Sheet;
import io.muster.message.ActionName;
import io.muster.message.Collective;
import io.muster.message.FieldReader;
import io.muster.message.Identity;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.Reply;
import io.muster.message.ReplyAddress;
import io.muster.message.RequestId;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** How what is known of a run is written down, and read again. */
final class RunRecords {
    private RunRecords() {}

    static Sheet begun(Plan plan, Targets targets, Instant at) {
        var fields =
                Fields.EMPTY
                        .with("begun", at.toEpochMilli())
                        .with("operator", plan.operator().uri())
                        .with("collective", plan.collective().value())
                        .with("replyTo", plan.replyTo().value())
                        .with("action", plan.action().value())
                        .with("class", plan.actionClass().word())
                        .with("args", plan.arguments())
                        .with("secrets", Value.texts(plan.secrets()))
                        .with("filter", plan.filter().toValue())
                        .with("words", plan.filter().describe())
                        .with("dryRun", plan.dryRun())
                        .with("challenge", plan.challenge())
                        .with("ttl", plan.ttl().toMillis())
                        .with("timeout", plan.timeout().toMillis())
                        .with("wait", plan.waits().toMillis())
                        .with("rollout", plan.rollout().toValue())
                        .with("targets", targets.all().size())
                        .with("method", targets.method())
                        .with("took", micros(targets.took()))
                        .with("unknown", Value.texts(targets.unknown()))
                        .with("notices", Value.texts(targets.notices()));
        var all = plan.queue().map(ttl -> fields.with("queue", ttl.toMillis())).orElse(fields);
        return plan.approved()
                .map(asked -> new Sheet(all.with("approved", of(asked)), asked.message()))
                .orElse(new Sheet(all));
    }

    static Plan plan(FieldReader reader, Sheet sheet) {
        return new Plan(
                reader.text("operator", Identity::parse),
                reader.text("collective", Collective::new),
                reader.text("replyTo", ReplyAddress::new),
                reader.text("action", ActionName::new),
                reader.text("class", ActionClass::parse),
                reader.fields("args"),
                reader.texts("secrets", name -> name),
                Filter.of(reader.fields("filter")),
                reader.truth("dryRun"),
                reader.truth("challenge"),
                Duration.ofMillis(reader.whole("ttl")),
                Duration.ofMillis(reader.whole("timeout")),
                Duration.ofMillis(reader.whole("wait")),
                Rollout.of(reader.fields("rollout")),
                reader.optionalFields("approved").map(fields -> asked(fields, sheet)),
                reader.optionalWhole("queue").map(Duration::ofMillis));
    }

    /** The targets, once they are known, from the record of the beginning. */
    static Targets targets(FieldReader reader, List<Target> all) {
        return new Targets(
                all,
                reader.texts("unknown", name -> name),
                reader.text("method"),
                span(reader.whole("took")),
                reader.texts("notices", notice -> notice));
    }

    /**
     * A target, and in which batch it is sent to.
     *
     * @param batch empty if it is not sent to
     */
    record Row(Target target, Optional<Integer> batch) {
        /** Of one that is not sent to. */
        static Row of(Target target) {
            return new Row(target, Optional.empty());
        }
    }

    /** Those who are sent to, in their order, then the others. */
    static List<Row> rows(Targets targets, Schedule schedule) {
        var byId = new LinkedHashMap<NodeId, Target>();
        targets.all().forEach(target -> byId.put(target.id(), target));
        var rows = new ArrayList<Row>();
        for (var batch : schedule.batches()) {
            for (var id : batch.nodes()) {
                var target = Optional.ofNullable(byId.remove(id)).orElseThrow();
                rows.add(new Row(target, Optional.of(batch.number())));
            }
        }
        byId.values().forEach(target -> rows.add(Row.of(target)));
        return rows;
    }

    /** The batches that these rows tell of. */
    static Schedule schedule(List<Row> rows) {
        var batches = new LinkedHashMap<Integer, List<NodeId>>();
        for (var row : rows) {
            row.batch()
                    .ifPresent(
                            number ->
                                    batches.computeIfAbsent(number, _ -> new ArrayList<>())
                                            .add(row.target().id()));
        }
        return new Schedule(
                batches.entrySet().stream()
                        .map(batch -> new Batch(batch.getKey(), batch.getValue()))
                        .toList());
    }

    static Sheet passed(Batch batch) {
        return new Sheet(Fields.EMPTY.with("passed", batch.number()));
    }

    static Sheet queued(Standing standing, List<RequestId> requests) {
        var ids = Value.texts(requests.stream().map(RequestId::value).toList());
        return new Sheet(standing.toValue().with("requests", ids));
    }

    static Sheet keptBack(List<Target> targets) {
        var ids = Value.texts(targets.stream().map(target -> target.id().value()).toList());
        return new Sheet(Fields.EMPTY.with("keptBack", ids));
    }

    static Sheet paused() {
        return new Sheet(Fields.EMPTY.with("paused", true));
    }

    static Sheet rows(String kind, List<Row> some) {
        var rows = some.stream().<Value>map(RunRecords::row).toList();
        return new Sheet(Fields.EMPTY.with(kind, new Items(rows)));
    }

    static List<Row> rows(FieldReader reader, String kind) {
        var some = new ArrayList<Row>();
        for (var value : reader.optionalItems(kind).orElse(List.of())) {
            if (!(value instanceof Fields fields)) {
                throw new MalformedException("run: a node that is none");
            }
            var row = new FieldReader("node", fields);
            var target =
                    new Target(
                            row.text("id", NodeId::new),
                            row.text("name"),
                            row.text("presence", RunRecords::presence),
                            row.optionalText("boot", boot -> boot),
                            row.optionalText("nonce", nonce -> nonce));
            some.add(new Row(target, row.optionalWhole("batch").map(Math::toIntExact)));
            row.done();
        }
        return some;
    }

    private static Fields row(Row row) {
        var target = row.target();
        var fields =
                Fields.EMPTY
                        .with("id", target.id().value())
                        .with("name", target.name())
                        .with("presence", target.presence().word());
        if (target.boot().isPresent()) {
            fields = fields.with("boot", target.boot().get());
        }
        if (target.nonce().isPresent()) {
            fields = fields.with("nonce", target.nonce().get());
        }
        return row.batch().isPresent() ? fields.with("batch", row.batch().get()) : fields;
    }

    private static Presence presence(String word) {
        for (var presence : Presence.values()) {
            if (presence.word().equals(word)) {
                return presence;
            }
        }
        throw new IllegalArgumentException("no presence");
    }

    /**
     * @param known whether its message is in the journal already
     */
    static Sheet sending(Asked asked, List<Target> targets, boolean known) {
        var to = targets.stream().map(t -> t.id().value()).toList();
        var head = Fields.EMPTY.with("sending", of(asked)).with("to", Value.texts(to));
        return known ? new Sheet(head) : new Sheet(head, asked.message());
    }

    static Past.Sent sent(FieldReader reader, Sheet sheet) {
        return new Past.Sent(
                asked(reader.fields("sending"), sheet), reader.texts("to", NodeId::new));
    }

    private static Fields of(Asked asked) {
        return Fields.EMPTY
                .with("id", asked.id().value())
                .with("digest", asked.digest())
                .with("expires", asked.expires().toEpochMilli());
    }

    private static Asked asked(Fields fields, Sheet sheet) {
        var reader = new FieldReader("request", fields);
        var asked =
                new Asked(
                        reader.text("id", RequestId::new),
                        reader.text("digest"),
                        sheet.held(),
                        reader.instant("expires"));
        reader.done();
        return asked;
    }

    static Sheet ended(Report report, Instant at) {
        var strays = Fields.EMPTY;
        for (var count : report.strays().counts().entrySet()) {
            strays = strays.with(count.getKey().word(), count.getValue());
        }
        var fields =
                Fields.EMPTY
                        .with("ended", at.toEpochMilli())
                        .with("took", micros(report.took()))
                        .with("stopped", report.stopped())
                        .with("strays", strays);
        var told = report.problem().map(p -> fields.with("problem", p)).orElse(fields);
        return new Sheet(report.halt().map(h -> told.with("halt", of(h))).orElse(told));
    }

    static Past.End end(FieldReader reader) {
        reader.instant("ended");
        return new Past.End(
                span(reader.whole("took")),
                strays(reader.fields("strays")),
                reader.truth("stopped"),
                reader.optionalText("problem", problem -> problem),
                reader.optionalFields("halt").map(RunRecords::halt));
    }

    private static Fields of(Halt halt) {
        return Fields.EMPTY.with("by", halt.by().word()).with("why", halt.why());
    }

    private static Halt halt(Fields fields) {
        var reader = new FieldReader("halt", fields);
        var halt = new Halt(reader.text("by", Halt.Cause::parse), reader.text("why"));
        reader.done();
        return halt;
    }

    private static Strays.Tally strays(Fields fields) {
        var reader = new FieldReader("strays", fields);
        var counts = new EnumMap<Stray.Kind, Integer>(Stray.Kind.class);
        for (var kind : Stray.Kind.values()) {
            reader.optionalWhole(kind.word())
                    .ifPresent(count -> counts.put(kind, Math.toIntExact(count)));
        }
        reader.done();
        return new Strays.Tally(counts, List.of());
    }

    static long micros(Duration time) {
        return time.toNanos() / 1_000;
    }

    static Duration span(long micros) {
        return Duration.ofNanos(Math.multiplyExact(Math.max(0, micros), 1_000L));
    }

    /** What is held beside it is the reply, as it came. */
    static Fields heard(Reply came, Duration after) {
        return Fields.EMPTY
                .with("heard", came.sender().nodeId().value())
                .with("after", micros(after));
    }

    static Past.Heard heard(FieldReader reader, Sheet sheet) {
        reader.text("heard", NodeId::new);
        return new Past.Heard(Reply.decode(sheet.held()), span(reader.whole("after")));
    }
}
