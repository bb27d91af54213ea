package io.muster.node;

import io.muster.action.ActionClass;
import io.muster.action.ActionSpec;
import io.muster.action.InputSpec;
import io.muster.message.Escape;
import io.muster.message.Outcome;
import io.muster.message.Request;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.node.AuditLog.Kind;
import io.muster.node.RequestJournal.Novelty;
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

/**
 * Puts on record what is decided about each message: in the audit log, and in brief in the
 * program's own log. Messages that are not what they claim are counted, and written down at most a
 * few times a minute for each kind, so that a flood cannot fill the disk. Thread-safe.
 */
final class Witness {
    private static final int DROPS_A_MINUTE = 20;
    private static final String NOT_SHOWN = "***";

    private final AuditLog audit;
    private final InstantSource clock;
    private final Logger log;
    private final TokenBuckets drops;
    private final Map<String, Long> unwritten = new LinkedHashMap<>();

    Witness(AuditLog audit, InstantSource clock, Logger log) {
        this.audit = audit;
        this.clock = clock;
        this.log = log;
        this.drops = new TokenBuckets(DROPS_A_MINUTE, clock);
    }

    /** A message that is not what it claims. */
    void dropped(Flaw flaw, String problem) {
        note(flaw.name().toLowerCase(Locale.ROOT).replace('_', '-'), problem);
    }

    /** A signer, or somebody who uses its name, sends more than is put up with. */
    void flooded(String caller) {
        note("flood", "too many messages of " + caller);
    }

    /** A request that came before. */
    void repeated(Question question, Novelty novelty) {
        var kind = novelty == Novelty.ALTERED ? "replayed-altered" : "replayed";
        note(kind, question.request().id() + " of " + question.request().sender().brief());
    }

    /** A genuine request that is not carried out. */
    void refused(Question question, Outcome outcome) {
        var details = details(question);
        details.put("outcome", outcome.toValue());
        write(Kind.REFUSED, details, false);
    }

    /**
     * A request that is about to be carried out; not written means: do not.
     *
     * @param spec says which of its inputs are secret: of those it is on record that they were
     *     given
     * @return whether it is on record
     */
    boolean accepted(Question question, ActionSpec spec) {
        var details = details(question);
        details.put("args", shown(question.request().arguments(), spec));
        return write(Kind.ACCEPTED, details, durable(question));
    }

    /** An action came to its end. */
    void finished(Question question, Outcome outcome, Instant started) {
        var details = details(question);
        details.put("outcome", Value.of(outcome.word()));
        details.put("message", Value.of(outcome.message()));
        details.put("millis", Value.of(Duration.between(started, clock.instant()).toMillis()));
        write(Kind.FINISHED, details, durable(question));
    }

    /** Something about the node agent itself. */
    void agent(String event) {
        agent(Level.INFO, event);
    }

    /** Something about the node agent itself that somebody has to put right. */
    void alarm(String event) {
        agent(Level.ERROR, event);
    }

    private void agent(Level level, String event) {
        log.log(level, () -> event);
        var details = new LinkedHashMap<String, Value>();
        details.put("event", Value.of(event));
        write(Kind.AGENT, details, true);
    }

    /** A defect, or a broken environment; the message that met it is dropped. */
    void broke(Throwable problem) {
        log.log(Level.ERROR, "a message could not be handled", problem);
    }

    private static Fields shown(Fields arguments, ActionSpec spec) {
        var shown = new LinkedHashMap<>(arguments.members());
        shown.replaceAll(
                (name, value) ->
                        spec.input(name).filter(InputSpec::secret).isPresent()
                                ? Value.of(NOT_SHOWN)
                                : value);
        return new Fields(shown);
    }

    private static boolean durable(Question question) {
        return question.request().actionClass() != ActionClass.READ;
    }

    private static Map<String, Value> details(Question question) {
        Request request = question.request();
        var details = new LinkedHashMap<String, Value>();
        details.put("caller", Value.of(request.sender().brief()));
        details.put("request", Value.of(request.id().value()));
        details.put("digest", Value.of(question.digest()));
        details.put("action", Value.of(request.action().value()));
        details.put("class", Value.of(request.actionClass().word()));
        details.put("dryRun", Value.of(request.dryRun()));
        return details;
    }

    private synchronized void note(String kind, String problem) {
        var skipped = unwritten.getOrDefault(kind, 0L);
        if (!drops.take(kind)) {
            unwritten.put(kind, skipped + 1);
            return;
        }
        unwritten.remove(kind);
        var details = new LinkedHashMap<String, Value>();
        details.put("why", Value.of(kind));
        details.put("problem", Value.of(problem));
        if (skipped > 0) {
            details.put("unwritten", Value.of(skipped));
        }
        log.log(Level.WARNING, () -> "dropped a message: " + kind + ": " + Escape.line(problem));
        write(Kind.DROPPED, details, false);
    }

    private boolean write(Kind kind, Map<String, Value> details, boolean durable) {
        try {
            audit.write(kind, details, durable);
            return true;
        } catch (IOException e) {
            log.log(Level.ERROR, () -> "the audit log cannot be written: " + e.getMessage());
            return false;
        }
    }
}
