package io.muster.node;

import io.muster.action.BuiltIn;
import io.muster.action.Input;
import io.muster.journal.JournalException;
import io.muster.message.Cancellation;
import io.muster.message.Identity;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.RequestId;
import io.muster.message.Value.Fields;
import io.muster.node.Withdrawals.Withdrawn;
import io.muster.node.action.Action;
import io.muster.node.action.ActionContext;
import io.muster.node.action.Performed;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Stops requests that are under way, and keeps those from beginning that have not come: written
 * down first, looked for second, so that none slips through in between.
 */
final class Cancelling {
    private static final Duration USUAL = Duration.ofDays(1);

    /** Nothing is valid, or waits, for longer. */
    private static final Duration LONGEST = Duration.ofDays(8);

    /** More than what is told to stop is given. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final RequestJournal journal;
    private final Underway underway;
    private final Predicate<Question> mayStopOthers;

    /**
     * @param mayStopOthers whether whoever asks that may stop what others have asked for
     */
    Cancelling(RequestJournal journal, Underway underway, Predicate<Question> mayStopOthers) {
        this.journal = journal;
        this.underway = underway;
        this.mayStopOthers = mayStopOthers;
    }

    /** The action. */
    List<Action> all() {
        return List.of(Action.of(BuiltIn.NODE_CANCEL, this::run));
    }

    private Performed run(Input input, ActionContext context) {
        var ids = wanted(input);
        if (ids.isEmpty()) {
            return input.optionalTruth("all").orElse(false)
                    ? Performed.done(Outcome.ok("nothing was under way"))
                    : Performed.done(
                            new Outcome.Refused(
                                    Reason.INVALID_INPUT, "which requests? name them, or all"));
        }
        var question = underway.find(context.request()).map(Running::question).orElseThrow();
        var wish =
                new Wish(
                        context.caller(),
                        mayStopOthers.test(question),
                        until(input, context.node().clock().instant()));
        var stopping = new LinkedHashMap<RequestId, Stopping>();
        for (var id : ids) {
            stopping.put(id, begin(id, wish));
        }
        return Performed.done(told(stopping, new JournalActions(journal, context.caller())));
    }

    private List<RequestId> wanted(Input input) {
        return input.optionalTruth("all").orElse(false)
                ? underway.all().stream()
                        .filter(Running::holds)
                        .map(running -> running.question().request().id())
                        .toList()
                : input.texts("requests").stream().distinct().map(RequestId::new).toList();
    }

    private record Wish(Identity by, boolean anyones, Instant until) {}

    /** What was done about one request, before its end is waited for. */
    private sealed interface Stopping {
        /** Nothing, for that reason. */
        record Denied(String why) implements Stopping {}

        /** Written down, and told to stop if it was under way. */
        record Written(boolean kept, Optional<Running> told) implements Stopping {}
    }

    private static Instant until(Input input, Instant now) {
        var wanted = input.optionalWhole("until").map(Instant::ofEpochMilli);
        var latest = now.plus(LONGEST);
        return wanted.filter(latest::isAfter).orElse(wanted.isPresent() ? latest : now.plus(USUAL));
    }

    private Stopping begin(RequestId id, Wish wish) {
        var owner = journal.caller(id);
        if (owner.isPresent() && !owner.get().equals(wish.by()) && !wish.anyones()) {
            return new Stopping.Denied(
                    "it is of " + owner.get().brief() + ", and no rule lets you stop that");
        }
        if (journal.ended(id).isPresent()) {
            return new Stopping.Written(true, Optional.empty());
        }
        if (!journal.roomToWithdraw(wish.by())) {
            return new Stopping.Denied("you have cancelled too many requests");
        }
        var kept = kept(new Withdrawn(id, wish.by(), wish.anyones(), wish.until()));
        var running = underway.find(id).filter(r -> mine(r, wish));
        running.ifPresent(r -> r.stop(wish.by()));
        return new Stopping.Written(kept, running);
    }

    /** One that came while its owner was looked for. */
    private static boolean mine(Running running, Wish wish) {
        return wish.anyones() || running.question().request().sender().equals(wish.by());
    }

    private boolean kept(Withdrawn withdrawn) {
        try {
            journal.withdraw(withdrawn);
            return true;
        } catch (JournalException _) {
            // It holds all the same as long as this life lasts, and without a journal nothing
            // that changes anything begins.
            return false;
        }
    }

    private Outcome told(Map<RequestId, Stopping> stopping, JournalActions memory) {
        var deadline = underway.ticks() + PATIENCE.toNanos();
        var all = Fields.EMPTY;
        var words = new ArrayList<String>();
        for (var each : stopping.entrySet()) {
            var cancellation = cancellation(each.getKey(), each.getValue(), memory, deadline);
            var form = cancellation.toValue();
            all = all.with(each.getKey().value(), form);
            words.add(String.valueOf(form.member("state").orElseThrow()));
        }
        var message = words.size() == 1 ? words.getFirst() : words.size() + " requests";
        return new Outcome.Changed(message, Fields.EMPTY.with("requests", all));
    }

    private Cancellation cancellation(
            RequestId id, Stopping stopping, JournalActions memory, long deadline) {
        return switch (stopping) {
            case Stopping.Denied(String why) -> new Cancellation.Denied(why);
            case Stopping.Written(boolean kept, Optional<Running> told) -> {
                if (told.isPresent() && !ended(told.get(), deadline)) {
                    yield new Cancellation.Stopping();
                }
                yield memory.over(id)
                        .<Cancellation>map(
                                how ->
                                        how.outcome() instanceof Outcome.Cancelled
                                                ? new Cancellation.Stopped(how)
                                                : new Cancellation.Over(how))
                        .orElseGet(() -> unended(id, kept));
            }
        };
    }

    private Cancellation unended(RequestId id, boolean kept) {
        return journal.unfinished(id).isPresent()
                ? new Cancellation.GoingDown()
                : new Cancellation.Prevented(kept);
    }

    private boolean ended(Running running, long deadline) {
        try {
            return running.awaitEnd(Duration.ofNanos(Math.max(0, deadline - underway.ticks())));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
