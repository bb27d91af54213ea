package io.muster.controller;

import io.muster.controller.ask.Received;
import io.muster.controller.ask.Stray;
import io.muster.controller.discovery.Target;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply.Answer;
import io.muster.message.RequestId;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Where a target stands. */
sealed interface Line {
    /** Of whom. */
    Target target();

    /** Nobody there to send to. */
    record Offline(Target target) implements Line {}

    /** Not sent to yet. */
    record Unsent(Target target) implements Line {}

    /** Somebody took it out before it was sent to: it never will be. */
    record TakenOut(Target target) implements Line {}

    /**
     * Sent to at a moment by the ledger's clock.
     *
     * @param last what it said last: that it has it, or that it goes down
     */
    record Open(Target target, RequestId request, long sent, Optional<Received> last)
            implements Line {

        /** Where it stands after that reply. */
        Line next(Received received) {
            return switch (received.reply().answer()) {
                case Answer.Part _ -> this;
                case Answer.Accepted _ when last.isPresent() -> this;
                case Answer.Accepted _, Answer.Armed _ ->
                        new Open(target, request, sent, Optional.of(received));
                case Answer.Final(Outcome outcome) ->
                        new Closed(
                                entry(TargetState.of(outcome), received),
                                request,
                                outcome,
                                received.whole());
            };
        }

        /** Its line in a report with that reply. */
        Entry entry(TargetState state, Received received) {
            var after = Duration.ofNanos(Math.max(0, received.arrived() - sent));
            return new Entry(target, state, Optional.of(received.reply()), Optional.of(after));
        }
    }

    /** Has said its last word. */
    record Closed(Entry entry, RequestId request, Outcome outcome, boolean whole) implements Line {
        private static final Set<Reason> FOR_NOW =
                EnumSet.of(Reason.APPROVAL_MISSING, Reason.NOT_RECORDED);

        @Override
        public Target target() {
            return entry.target();
        }

        /**
         * Whether it would not do that request, and may yet: too few had approved it, or the node
         * could not write down that it refused.
         */
        boolean refusedForNow(RequestId about) {
            return request.equals(about)
                    && outcome instanceof Outcome.Refused refused
                    && FOR_NOW.contains(refused.reason());
        }

        /**
         * Where it stands after another last word: that too few had approved it is none for good,
         * as the node does the very same request when it comes with more approvals; nor is what it
         * does not remember once it was restarted.
         */
        Line next(Received received) {
            var done =
                    refusedForNow(request)
                            && received.reply().answer() instanceof Answer.Final(Outcome other)
                            && !(other instanceof Outcome.Expired)
                            && !other.equals(outcome);
            var sent = received.arrived() - entry.after().orElse(Duration.ZERO).toNanos();
            return done ? new Open(target(), request, sent, Optional.empty()).next(received) : this;
        }

        /**
         * The same last word twice is a repetition; another one means that two speak as one node.
         */
        Optional<Stray.Kind> again(Received received) {
            return received.reply().answer() instanceof Answer.Final(Outcome other)
                            && !refusedForNow(request)
                            && differs(other, received.whole())
                    ? Optional.of(Stray.Kind.CONTRADICTION)
                    : Optional.empty();
        }

        private boolean differs(Outcome other, boolean wholly) {
            return (whole && wholly)
                    ? !outcome.equals(other)
                    : !outcome.word().equals(other.word());
        }
    }
}
