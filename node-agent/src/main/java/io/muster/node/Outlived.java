package io.muster.node;

import io.muster.action.ActionSpec;
import io.muster.exec.Detached;
import io.muster.exec.Result;
import io.muster.exec.StdStream;
import io.muster.node.RequestJournal.Begun;
import io.muster.node.action.Action;
import io.muster.node.action.ActionContext;
import io.muster.node.action.Actions;
import io.muster.node.action.Performed;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** An action whose program has outlived the process that began it: waits for its end, and tells. */
final class Outlived implements Survivor {
    /** As much of each stream as any action reads to know what became of it. */
    private static final int READ = 256 * 1024;

    /** To kill it, and to tell that it was. */
    private static final Duration MARGIN = Duration.ofSeconds(20);

    private static final Duration LEAST = Duration.ofSeconds(1);

    private final Detached program;
    private final Question question;
    private final Action action;
    private final Instant since;
    private final Duration left;
    private final Stays stays;

    private Outlived(
            Detached program,
            Question question,
            Action action,
            Instant since,
            Duration age,
            Stays stays) {
        this.program = program;
        this.question = question;
        this.action = action;
        this.since = since;
        this.stays = stays;
        var rest = action.spec().timeout().minus(age);
        left = rest.compareTo(LEAST) < 0 ? LEAST : rest;
    }

    /** What was begun in an earlier life, if it has outlived that. */
    static Optional<Outlived> find(Begun begun, Actions actions, Stays stays, InstantSource clock) {
        var found = stays.find(begun);
        var action = actions.find(begun.action()).filter(a -> a.spec().outlives());
        if (found.isEmpty() || action.isEmpty()) {
            stays.forget(begun.key());
            return Optional.empty();
        }
        var program = found.get().program();
        // What is left of its time is left; a clock that was set is not asked while it is there.
        var age = program.age().orElseGet(() -> Duration.between(begun.at(), clock.instant()));
        return Optional.of(
                new Outlived(
                        program, found.get().question(), action.get(), begun.at(), age, stays));
    }

    @Override
    public Question question() {
        return question;
    }

    @Override
    public ActionSpec spec() {
        return action.spec();
    }

    @Override
    public Instant since() {
        return since;
    }

    @Override
    public Duration limit() {
        return left.plus(MARGIN);
    }

    /** Its time is limited as it would have been. */
    @Override
    public Performed end(ActionContext context) {
        var hearing = context.hearing(action.inReply(), EnumSet.noneOf(StdStream.class));
        Result result;
        try {
            result = program.await(left, READ, hearing, stays::leaving);
        } catch (RuntimeException e) {
            // What was kept so far is nobody's: it is left alone, or gone without a word.
            var _ = hearing.end(Set.of());
            throw e;
        }
        return Performed.done(action.ended(result, hearing, context));
    }
}
