package io.muster.controller.cli;

import io.muster.action.BuiltIn;
import io.muster.controller.Run;
import io.muster.controller.TargetState;
import io.muster.controller.discovery.Search;
import io.muster.controller.discovery.Target;
import io.muster.filter.Filter;
import io.muster.message.Cancellation;
import io.muster.message.MalformedException;
import io.muster.message.Outcome;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Has every node stop what it is doing and changes something. */
final class Standstill {
    private static final Duration TTL = Duration.ofMinutes(5);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Session session;

    Standstill(Session session) {
        this.session = session;
    }

    /**
     * What it came to.
     *
     * @param stopped how many requests do not go on
     * @param unstopped those that do, and nodes that would not say
     * @param unheard nodes of which nothing is known
     */
    record Stop(int stopped, List<Unstopped> unstopped, List<Unheard> unheard) {}

    /**
     * Something that may go on.
     *
     * @param request what, if the node said so
     */
    record Unstopped(Target node, Optional<String> request, String message) {}

    /** A node that did not answer, and why not. */
    record Unheard(Target node, TargetState state) {}

    /** Has all that changes something stopped, and says what was not. */
    Stop stop() throws InterruptedException {
        var spec = BuiltIn.NODE_CANCEL;
        var run =
                new Run(
                        spec.name(),
                        spec.actionClass(),
                        Fields.EMPTY.with("all", true),
                        Filter.EVERYTHING,
                        false,
                        TTL,
                        PATIENCE);
        var stopped = 0;
        var unstopped = new ArrayList<Unstopped>();
        var unheard = new ArrayList<Unheard>();
        var targets = session.find(Search.of(Filter.EVERYTHING));
        for (var entry : session.fleet().run(run, targets, _ -> {}).entries()) {
            var node = entry.target();
            var data = entry.outcome().map(Outcome::result).flatMap(d -> d.member("requests"));
            if (data.isPresent() && data.get() instanceof Fields all) {
                for (var each : all.members().entrySet()) {
                    var why = goesOn(each.getValue());
                    stopped += why.isEmpty() ? 1 : 0;
                    why.ifPresent(
                            w -> unstopped.add(new Unstopped(node, Optional.of(each.getKey()), w)));
                }
            } else if (entry.outcome().isEmpty()) {
                unheard.add(new Unheard(node, entry.state()));
            } else if (!entry.state().good()) {
                var why = entry.state() + ": " + entry.outcome().get().message();
                unstopped.add(new Unstopped(node, Optional.empty(), why));
            }
        }
        return new Stop(stopped, unstopped, unheard);
    }

    /** Why it does, if it does. */
    private static Optional<String> goesOn(Value said) {
        try {
            return switch (said) {
                case Fields fields -> goesOn(Cancellation.of(fields));
                case Value other -> Optional.of("said " + other);
            };
        } catch (MalformedException e) {
            return Optional.of("its answer cannot be read: " + e.problem());
        }
    }

    private static Optional<String> goesOn(Cancellation said) {
        return switch (said) {
            case Cancellation.Stopped _, Cancellation.Over _, Cancellation.Prevented _ ->
                    Optional.empty();
            case Cancellation.Stopping() -> Optional.of("has not stopped yet");
            case Cancellation.GoingDown() -> Optional.of("is going down");
            case Cancellation.Denied(String message) -> Optional.of(message);
        };
    }
}
