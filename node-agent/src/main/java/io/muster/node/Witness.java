package io.muster.node;

import io.muster.action.ActionClass;
import io.muster.action.ActionSpec;
import io.muster.message.AuditHead;
import io.muster.message.Escape;
import io.muster.message.Json;
import io.muster.message.Outcome;
import io.muster.message.Request;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.node.RequestJournal.Novelty;
import io.muster.node.audit.AuditLog;
import io.muster.node.audit.AuditLog.Kind;
import io.muster.node.audit.Floods;
import io.muster.node.audit.Floods.Counted;
import io.muster.node.audit.ShownArguments;
import io.muster.node.trust.Scribe;
import io.muster.security.Verification.Flaw;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Puts on record what is decided about each message: in the audit log, and in brief in the
 * program's own log. Of what is not carried out the first few of each kind are written down in full
 * each minute, and the others counted, so that a flood cannot fill the disk. Thread-safe.
 */
final class Witness implements Scribe {
    private static final int LONGEST = 1_000;
    private static final String DEFECT = "defect";

    private final AuditLog audit;
    private final ShownArguments arguments;
    private final InstantSource clock;
    private final Logger log;
    private final Floods floods;

    Witness(AuditLog audit, ShownArguments arguments, InstantSource clock, Logger log) {
        this.audit = audit;
        this.arguments = arguments;
        this.clock = clock;
        this.log = log;
        this.floods = new Floods(clock);
    }

    @Override
    public void denied(String problem) {
        note("denied", problem);
    }

    /** A message that is not what it claims. */
    @Override
    public void dropped(Flaw flaw, String problem) {
        note(flaw.name().toLowerCase(Locale.ROOT).replace('_', '-'), problem);
    }

    /** A signer, or somebody who uses its name, sends more than is put up with. */
    void flooded(String caller) {
        note("flood", "too many messages of " + caller);
    }

    /** A request that came before; one id around two contents is somebody's mischief. */
    void repeated(Question question, Novelty novelty) {
        var which = question.request().id() + " of " + question.request().sender().brief();
        if (novelty == Novelty.ALTERED) {
            alarm("replayed-altered", "request " + which + " came twice, with different content");
        } else {
            note("replayed", which);
        }
    }

    /**
     * A genuine request that is not carried out.
     *
     * @param spec of its action, if there is one here
     */
    Optional<AuditHead> refused(Question question, Outcome outcome, Optional<ActionSpec> spec) {
        var reason =
                outcome instanceof Outcome.Refused refused
                        ? refused.reason().word()
                        : outcome.word();
        var kind = reason + " " + question.request().sender().brief();
        if (!inFull("refused " + kind)) {
            return Optional.empty();
        }
        var details = details(question);
        details.put("args", arguments.of(question.request().arguments(), spec));
        details.put("decision", Value.of("refused"));
        details.put("reason", Value.of(reason));
        details.put("message", Value.of(cut(outcome.message())));
        return write(Kind.REFUSED, details, false);
    }

    /**
     * A request that is about to be carried out; not written means: do not.
     *
     * @param given its arguments, those that came sealed opened
     * @param spec says which of its inputs are secret
     * @param rule of the policy that allows it
     * @return its record, if it is on record
     */
    Optional<AuditHead> accepted(Question question, Fields given, ActionSpec spec, String rule) {
        var details = details(question);
        details.put("args", arguments.of(given, Optional.of(spec)));
        details.put("decision", Value.of("allowed"));
        details.put("rule", Value.of(rule));
        return write(Kind.ACCEPTED, details, durable(question));
    }

    /**
     * An action came to its end. Of one that only looks, and found what it was asked for, the line
     * before says all: it was let to.
     */
    Optional<AuditHead> finished(Question question, Outcome outcome, Instant started) {
        if (!durable(question) && outcome instanceof Outcome.Ok) {
            return Optional.empty();
        }
        var details = details(question);
        details.put("outcome", Value.of(outcome.word()));
        details.put("message", Value.of(cut(outcome.message())));
        details.put("result", Value.of(Json.write(outcome.toValue()).sha256().hex()));
        details.put("millis", Value.of(Duration.between(started, clock.instant()).toMillis()));
        return write(Kind.FINISHED, details, durable(question));
    }

    /** Puts on record how many more there were of what was not written one by one. */
    void count() {
        floods.over().forEach(this::counted);
    }

    /** The same, at the end. */
    void countAll() {
        floods.all().forEach(this::counted);
    }

    private void counted(Counted counted) {
        var details = new LinkedHashMap<String, Value>();
        details.put("why", Value.of(counted.kind()));
        details.put("count", Value.of(counted.count()));
        details.put("since", Value.of(counted.since().toString()));
        write(Kind.COUNTED, details, false);
    }

    /** Something about the node agent itself. */
    Optional<AuditHead> agent(String event) {
        return agent(Level.INFO, event);
    }

    @Override
    public void told(String event) {
        var _ = agent(event);
    }

    /** Something about the node agent itself that somebody has to put right. */
    @Override
    public void alarm(String event) {
        var _ = agent(Level.ERROR, event);
    }

    @Override
    public void alarm(String kind, String event) {
        if (inFull(kind)) {
            log.log(Level.ERROR, () -> kind + ": " + Escape.line(event));
            write(Kind.AGENT, alarmed(kind, event));
        }
    }

    private static Map<String, Value> alarmed(String kind, String event) {
        var details = new LinkedHashMap<String, Value>();
        details.put("why", Value.of(kind));
        details.put("event", Value.of(cut(event)));
        return details;
    }

    private Optional<AuditHead> agent(Level level, String event) {
        log.log(level, () -> event);
        var details = new LinkedHashMap<String, Value>();
        details.put("event", Value.of(event));
        return write(Kind.AGENT, details, true);
    }

    /**
     * A defect, or a broken environment; the message that met it is dropped. Never throws: it is
     * the last to hear of what is wrong.
     */
    void broke(Throwable problem) {
        try {
            if (inFull(DEFECT)) {
                log.log(Level.ERROR, "a message could not be handled", problem);
                write(Kind.AGENT, alarmed(DEFECT, "a message could not be handled: " + problem));
            }
        } catch (RuntimeException | Error e) {
            log.log(Level.ERROR, "a message could not be handled", problem);
            log.log(Level.ERROR, "and that cannot be put on record", e);
        }
    }

    private static boolean durable(Question question) {
        return question.request().actionClass() != ActionClass.READ;
    }

    private static Map<String, Value> details(Question question) {
        Request request = question.request();
        var details = new LinkedHashMap<String, Value>();
        details.put("caller", Value.of(request.sender().brief()));
        details.put("request", Value.of(request.id().value()));
        if (durable(question)) {
            details.put("digest", Value.of(question.digest()));
        }
        details.put("action", Value.of(request.action().value()));
        details.put("class", Value.of(request.actionClass().word()));
        if (request.dryRun()) {
            details.put("dryRun", Value.of(true));
        }
        return details;
    }

    private void note(String kind, String problem) {
        if (!inFull(kind)) {
            return;
        }
        var details = new LinkedHashMap<String, Value>();
        details.put("why", Value.of(kind));
        details.put("problem", Value.of(cut(problem)));
        log.log(Level.WARNING, () -> "dropped a message: " + kind + ": " + Escape.line(problem));
        write(Kind.DROPPED, details, false);
    }

    private boolean inFull(String kind) {
        count();
        return floods.first(kind);
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + " ...";
    }

    private void write(Kind kind, Map<String, Value> details) {
        var _ = write(kind, details, false);
    }

    private Optional<AuditHead> write(Kind kind, Map<String, Value> details, boolean durable) {
        try {
            return Optional.of(audit.write(kind, details, durable));
        } catch (IOException e) {
            log.log(Level.ERROR, () -> "the audit log cannot be written: " + e.getMessage());
            return Optional.empty();
        }
    }
}
