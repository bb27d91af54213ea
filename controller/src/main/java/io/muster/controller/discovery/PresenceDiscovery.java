package io.muster.controller.discovery;

import io.muster.controller.ask.Caller;
import io.muster.filter.Filter;
import io.muster.message.Escape;
import io.muster.message.Spans;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks the hub, which keeps the facts that nodes announce; if it does not answer, the nodes
 * themselves.
 */
public final class PresenceDiscovery implements Discovery {
    private static final String METHOD = "presence";
    private static final int SHOWN = 3;

    private final Caller caller;
    private final Patience patience;
    private final Discovery otherwise;

    public PresenceDiscovery(Caller caller, Patience patience, Discovery otherwise) {
        this.caller = caller;
        this.patience = patience;
        this.otherwise = otherwise;
    }

    @Override
    public Targets find(Search search) throws InterruptedException {
        var start = caller.ticks();
        var roll = ask(search.filter());
        var matching = roll.nodes();
        if (matching.isEmpty()) {
            return otherwise.find(search).noting(notice(roll) + ": asked the nodes themselves");
        }
        var targets = search.pick(matching.get());
        var unknown = unknown(search, matching.get());
        var notices = new ArrayList<>(blind(search, roll));
        notices.addAll(left(search, matching.get()));
        notices.addAll(alone(roll));
        notices.addAll(unknown.guesses());
        return new Targets(
                targets,
                unknown.names(),
                METHOD,
                Duration.ofNanos(caller.ticks() - start),
                notices);
    }

    /**
     * Who told the hub no facts can match no filter on facts, and should not be missed silently.
     */
    private static List<String> blind(Search search, Roll roll) {
        return search.byNameAlone() || roll.withoutFacts() == 0
                ? List.of()
                : List.of(
                        roll.withoutFacts()
                                + " nodes have not told the hub their facts, so it cannot say"
                                + " whether they match; --discovery broadcast asks them");
    }

    /** What other hubs heard meanwhile it does not know. */
    private static List<String> alone(Roll roll) {
        return roll
                .registry()
                .map(
                        problem ->
                                "the hub cannot use its registry, and goes by what it hears"
                                        + " itself: "
                                        + Escape.line(problem))
                .stream()
                .toList();
    }

    /** An agent that is being restarted says goodbye as well, so it is not left out silently. */
    private static List<String> left(Search search, List<Target> matching) {
        var gone =
                matching.stream()
                        .filter(target -> target.presence() == Presence.LEFT)
                        .map(target -> Escape.line(target.name()))
                        .sorted()
                        .toList();
        if (gone.isEmpty() || !search.named().isEmpty()) {
            return List.of();
        }
        var some = String.join(", ", gone.subList(0, Math.min(SHOWN, gone.size())));
        var rest = gone.size() > SHOWN ? ", and " + (gone.size() - SHOWN) + " more" : "";
        return List.of("not meant, for they said goodbye, unless you name them: " + some + rest);
    }

    private String notice(Roll roll) {
        return roll.problem()
                .map(problem -> "the hub would not say who is there (" + problem + ")")
                .orElse("the hub did not answer within " + Spans.print(patience.hub()));
    }

    /** Names that nobody has: not those of nodes that merely do not match. */
    private Strangers unknown(Search search, List<Target> matching) throws InterruptedException {
        var missing = search.missing(matching);
        if (missing.isEmpty()) {
            return Strangers.NONE;
        }
        return ask(Filter.EVERYTHING)
                .nodes()
                .map(all -> Strangers.of(missing, search, all))
                .orElse(new Strangers(missing, List.of()));
    }

    private Roll ask(Filter filter) throws InterruptedException {
        return Roll.call(caller, Roll.question(filter, patience.ttl()), patience);
    }
}
