package io.muster.controller.render;

import io.muster.controller.Entry;
import io.muster.controller.Report;
import io.muster.controller.TargetState;
import io.muster.controller.ask.Strays;
import io.muster.controller.discovery.Target;
import io.muster.controller.rollout.Halt;
import io.muster.message.Escape;
import io.muster.message.Json;
import io.muster.message.Outcome;
import io.muster.message.Reply;
import io.muster.message.Value;
import io.muster.message.Value.Decimal;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;

/** The one place that knows the field names of JSON output: docs/output.md promises them. */
public final class JsonForm {
    private JsonForm() {}

    /** On one line, in ASCII, so that nothing in it can be obeyed by a terminal. */
    public static String line(Value value) {
        return Escape.json(Json.text(value));
    }

    /** Over several lines, likewise. */
    public static String document(Value value) {
        return Escape.json(Json.pretty(value));
    }

    /** The same, beginning with what kind of object it is. */
    public static Fields typed(String kind, Fields fields) {
        var members = new LinkedHashMap<String, Value>();
        members.put("kind", Value.of(kind));
        members.putAll(fields.members());
        return new Fields(members);
    }

    /** A target as it was found. */
    public static Fields found(Target target) {
        var fields = Fields.EMPTY.with("id", target.id().value()).with("name", target.name());
        return fields.with("presence", target.presence().word());
    }

    /** What became of a target. */
    static Fields entry(Entry entry) {
        var fields = Fields.EMPTY.with("id", entry.id().value()).with("name", entry.name());
        fields = fields.with("state", entry.state().word());
        if (entry.state() == TargetState.OFFLINE || entry.state() == TargetState.QUEUED) {
            fields = fields.with("presence", entry.target().presence().word());
        }
        if (entry.accepted()) {
            fields = fields.with("accepted", accepted(entry));
        }
        if (entry.awaitedBack()) {
            fields = fields.with("rebooting", true);
        }
        if (entry.remark().isPresent()) {
            fields = fields.with("message", entry.remark().get().text());
        }
        if (entry.outcome().isPresent()) {
            fields = outcome(fields, entry.outcome().get());
        }
        if (entry.after().isPresent()) {
            fields = fields.with("ms", millis(entry.after().get()));
        }
        var all = fields;
        return entry.reply().map(Reply::boot).map(boot -> all.with("boot", boot)).orElse(all);
    }

    /** When, by the node's clock. */
    private static long accepted(Entry entry) {
        return entry.reply().map(Reply::sent).orElseThrow().toEpochMilli();
    }

    private static Fields outcome(Fields fields, Outcome outcome) {
        var more = fields.with("message", outcome.message());
        switch (outcome) {
            case Outcome.Failed failed -> more = more.with("code", failed.code());
            case Outcome.Refused refused -> more = more.with("reason", refused.reason().word());
            case Outcome.Ok _,
                    Outcome.Changed _,
                    Outcome.Expired _,
                    Outcome.Interrupted _,
                    Outcome.Cancelled _ -> {}
        }
        return outcome.result().members().isEmpty() ? more : more.with("data", outcome.result());
    }

    /** The end of a run, without its entries. */
    static Fields summary(Report report) {
        var counts = Fields.EMPTY;
        for (var count : report.counts().entrySet()) {
            counts = counts.with(count.getKey().word(), count.getValue());
        }
        var fields =
                Fields.EMPTY
                        .with("action", report.action().value())
                        .with("discovery", report.targets().method())
                        .with("discoveryMs", millis(report.targets().took()))
                        .with("ms", millis(report.took()))
                        .with("targets", report.entries().size())
                        .with("answered", report.answered().size())
                        .with("counts", counts)
                        .with("unknown", Value.texts(report.targets().unknown()))
                        .with("stopped", report.stopped())
                        .with("strays", strays(report.strays()));
        var notices = report.targets().notices();
        var noticed = notices.isEmpty() ? fields : fields.with("notices", Value.texts(notices));
        var told = report.problem().map(p -> noticed.with("problem", p)).orElse(noticed);
        return report.halt().map(halt -> told.with("halt", halt(halt))).orElse(told);
    }

    /** What stopped a run. */
    static Fields halt(Halt halt) {
        return Fields.EMPTY.with("by", halt.by().word()).with("why", halt.why());
    }

    /** The targets that gave no final answer. */
    static Items silent(Report report) {
        return new Items(
                report.entries().stream()
                        .filter(entry -> entry.outcome().isEmpty())
                        .<Value>map(JsonForm::entry)
                        .toList());
    }

    private static Fields strays(Strays.Tally tally) {
        var fields = Fields.EMPTY;
        for (var count : tally.counts().entrySet()) {
            fields = fields.with(count.getKey().word(), count.getValue());
        }
        return fields;
    }

    /** Milliseconds with two decimals. */
    public static Value millis(Duration time) {
        return new Decimal(new BigDecimal(Layout.millis(time)));
    }
}
