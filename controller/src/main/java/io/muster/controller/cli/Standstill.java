package io.muster.controller.cli;

import io.muster.action.BuiltIn;
import io.muster.controller.Run;
import io.muster.controller.discovery.Search;
import io.muster.filter.Filter;
import io.muster.message.Cancellation;
import io.muster.message.MalformedException;
import io.muster.message.Outcome;
import io.muster.message.Value.Fields;

import java.time.Duration;

/** Has every node stop what it is doing and changes something. */
final class Standstill {
    private static final Duration TTL = Duration.ofMinutes(5);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Session session;

    Standstill(Session session) {
        this.session = session;
    }

    /** How many requests were stopped, how many were not, and how many nodes did not say. */
    Fields stop() throws InterruptedException {
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
        var others = 0;
        var unheard = 0;
        var targets = session.find(Search.of(Filter.EVERYTHING));
        for (var entry : session.fleet().run(run, targets, _ -> {}).entries()) {
            var data = entry.outcome().map(Outcome::result).flatMap(d -> d.member("requests"));
            if (data.isPresent() && data.get() instanceof Fields all) {
                for (var each : all.members().values()) {
                    if (each instanceof Fields said && over(said)) {
                        stopped++;
                    } else {
                        others++;
                    }
                }
            } else if (entry.outcome().isEmpty()) {
                unheard++;
            } else if (!entry.state().good()) {
                others++;
            }
        }
        return Fields.EMPTY
                .with("stopped", stopped)
                .with("unstopped", others)
                .with("unheard", unheard);
    }

    private static boolean over(Fields said) {
        try {
            return switch (Cancellation.of(said)) {
                case Cancellation.Stopped _, Cancellation.Over _, Cancellation.Prevented _ -> true;
                case Cancellation.Stopping _, Cancellation.GoingDown _, Cancellation.Denied _ ->
                        false;
            };
        } catch (MalformedException _) {
            return false;
        }
    }
}
