package io.muster.controller.discovery;

import io.muster.controller.ask.Caller;
import io.muster.filter.Filter;

import java.time.Duration;
import java.util.List;

/**
 * Asks the nodes themselves. Who the hub says is there and does not answer is a target all the
 * same: silence is for the run to report.
 */
public final class BroadcastDiscovery implements Discovery {
    private final Caller caller;
    private final Patience patience;
    private final boolean askHub;

    /**
     * @param askHub whether to ask the hub as well, in order to know when everybody has answered
     */
    public BroadcastDiscovery(Caller caller, Patience patience, boolean askHub) {
        this.caller = caller;
        this.patience = patience;
        this.askHub = askHub;
    }

    @Override
    public Targets find(Search search) throws InterruptedException {
        var start = caller.ticks();
        var matching = sweep(search);
        var targets = search.pick(matching);
        var missing = search.missing(matching);
        var unknown = missing.isEmpty() ? Strangers.NONE : unknown(missing, search);
        var took = Duration.ofNanos(caller.ticks() - start);
        return new Targets(targets, unknown.names(), "broadcast", took, unknown.guesses());
    }

    private Strangers unknown(List<String> missing, Search search) throws InterruptedException {
        return Strangers.of(missing, search, sweep(Search.of(Filter.EVERYTHING)));
    }

    private List<Target> sweep(Search search) throws InterruptedException {
        var swept = new Sweep(caller, patience, askHub).run(search, _ -> {});
        if (swept.interrupted()) {
            throw new InterruptedException();
        }
        return swept.nodes();
    }
}
