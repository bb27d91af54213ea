package io.muster.node;

import io.muster.action.BuiltIn;
import io.muster.action.Input;
import io.muster.journal.JournalException;
import io.muster.message.Cancellation;
import io.muster.message.Identity;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.RequestId;
import io.muster.message.RequestKey;
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
        var everything = input.optionalTruth("all").orElse(false);
        var wanted = everything ? changing() : named(input, context.caller());
        if (wanted.isEmpty()) {
            return Performed.done(
                    everything
                            ? Outcome.ok("nothing was under way")
                            : new Outcome.Refused(
                                    Reason.INVALID_INPUT, "which requests? name them, or all"));
        }
        var question = underway.find(context.key()).map(Running::question).orElseThrow();
        var wish =
                new Wish(
                        context.caller(),
                        mayStopOthers.test(question),
                        until(input, context.node().clock().instant()));
        var stopping = new LinkedHashMap<RequestKey, Stopping>();
        // However many there are, what is being done hears of it first.
        wanted.stream()
                .filter(key -> underway.find(key).isPresent())
                .forEach(key -> stopping.put(key, begin(key, wish)));
        wanted.forEach(key -> stopping.computeIfAbsent(key, each -> begin(each, wish)));
        return Performed.done(told(stopping, context.caller(), everything));
    }

    private List<RequestKey> changing() {
        return underway.all().stream().filter(Running::holds).map(Running::key).toList();
    }

    private static List<RequestKey> named(Input input, Identity caller) {
        var sender = JournalActions.sender(input, caller);
        return input.texts("requests").stream()
                .distinct()
                .map(id -> new RequestKey(new RequestId(id), sender))
                .toList();
    }

    private record Wish(Identity by, boolean others, Instant until) {}

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

    private Stopping begin(RequestKey key, Wish wish) {
        if (!key.sender().equals(wish.by()) && !wish.others()) {
            return new Stopping.Denied(
                    "it is of " + key.sender().brief() + ", and no rule lets you stop that");
        }
        if (journal.ended(key).isPresent()) {
            return new Stopping.Written(true, Optional.empty());
        }
        if (!journal.roomToWithdraw(key, wish.by())) {
            return new Stopping.Denied("too many requests were cancelled that never came");
        }
        var kept = kept(new Withdrawn(key, wish.by(), wish.until()));
        var running = underway.find(key);
        running.ifPresent(r -> r.stop(wish.by()));
        return new Stopping.Written(kept, running);
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

    private Outcome told(Map<RequestKey, Stopping> stopping, Identity caller, boolean everything) {
        var memory = new JournalActions(journal, caller);
        var deadline = underway.ticks() + PATIENCE.toNanos();
        var all = Fields.EMPTY;
        var words = new ArrayList<String>();
        for (var each : stopping.entrySet()) {
            var key = each.getKey();
            var cancellation = cancellation(key, each.getValue(), memory, deadline);
            var form = cancellation.toValue();
            all = all.with(everything ? name(key, caller, all) : key.id().value(), form);
            words.add(String.valueOf(form.member("state").orElseThrow()));
        }
        var message = words.size() == 1 ? words.getFirst() : words.size() + " requests";
        return new Outcome.Changed(message, Fields.EMPTY.with("requests", all));
    }

    /** Who did not name it is told no more of another's than people need. */
    private static String name(RequestKey key, Identity caller, Fields taken) {
        var brief = key.toString();
        return key.sender().equals(caller) || taken.member(brief).isPresent()
                ? key.id().value()
                : brief;
    }

    private Cancellation cancellation(
            RequestKey key, Stopping stopping, JournalActions memory, long deadline) {
        return switch (stopping) {
            case Stopping.Denied(String why) -> new Cancellation.Denied(why);
            case Stopping.Written(boolean kept, Optional<Running> told) -> {
                if (told.isPresent() && !ended(told.get(), deadline)) {
                    yield new Cancellation.Stopping();
                }
                yield memory.over(key)
                        .<Cancellation>map(
                                how ->
                                        how.outcome() instanceof Outcome.Cancelled
                                                ? new Cancellation.Stopped(how)
                                                : new Cancellation.Over(how))
                        .orElseGet(() -> unended(key, kept));
            }
        };
    }

    private Cancellation unended(RequestKey key, boolean kept) {
        return journal.unfinished(key)
                .<Cancellation>map(
                        begun ->
                                begun.armed().isPresent()
                                        ? new Cancellation.GoingDown()
                                        : new Cancellation.Stopping())
                .orElseGet(() -> new Cancellation.Prevented(kept));
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
