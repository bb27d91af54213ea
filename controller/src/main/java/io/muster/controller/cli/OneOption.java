package io.muster.controller.cli;

import io.muster.action.BuiltIn;
import io.muster.controller.Entry;
import io.muster.controller.ExitCode;
import io.muster.controller.Run;
import io.muster.controller.discovery.Presence;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.controller.runs.Turns;
import io.muster.filter.FactPath;
import io.muster.filter.Filter;
import io.muster.message.ActionName;
import io.muster.message.Escape;
import io.muster.message.Outcome;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import picocli.CommandLine.Option;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Exactly one of the nodes that match and are there. */
final class OneOption {
    private static final String ONE = "--one";
    private static final String LEAST = "least:";
    private static final String RANDOM = "random";
    private static final String TURNS = "rr";
    private static final Duration TTL = Duration.ofMinutes(1);
    private static final int LONGEST = 64;

    @Option(
            names = ONE,
            paramLabel = "least:FACT|random|rr",
            description = {
                "On exactly one of the nodes that match and are",
                "there: the one with the lowest value of that fact,",
                "any, or the next in turn."
            })
    private Optional<String> one = Optional.empty();

    /** Complains now about what would otherwise be found out after the discovery. */
    void check(TargetOptions targets) {
        if (one.isEmpty()) {
            return;
        }
        if (targets.limited()) {
            throw new UsageException(ONE + " chooses one already: give no --limit");
        }
        var word = one.get();
        if (word.startsWith(LEAST)) {
            RolloutOptions.parsed(ONE, word.substring(LEAST.length()), FactPath::of);
        } else if (!word.equals(RANDOM) && !word.equals(TURNS)) {
            throw new UsageException(
                    ONE + " " + Escape.quoted(word) + ": least:FACT, random or rr");
        }
    }

    /** Whether only one is wanted. */
    boolean wanted() {
        return one.isPresent();
    }

    /**
     * The one that is chosen, with why; as they are if nothing was said.
     *
     * @throws UnableException if none can be chosen; nothing was sent
     */
    Targets choose(Session session, ActionName action, Filter filter, Targets found)
            throws InterruptedException {
        if (one.isEmpty() || found.all().isEmpty()) {
            return found;
        }
        var there = there(found);
        if (there.isEmpty()) {
            throw new UnableException(
                    ONE
                            + " "
                            + Escape.line(one.get())
                            + ": of "
                            + found.all().size()
                            + " nodes that match none is there; nothing was sent",
                    ExitCode.NOBODY);
        }
        var word = one.get();
        if (word.startsWith(LEAST)) {
            return least(session, word.substring(LEAST.length()), found);
        }
        if (word.equals(RANDOM)) {
            var any = there.get(session.random().nextInt(there.size()));
            return only(any, found, "at random");
        }
        var next = turns(session).next(what(action, filter), there);
        return only(next, found, "it is its turn");
    }

    /** Of a clone it is not known which of two machines would do it. */
    private static List<Target> there(Targets found) {
        return found.online().stream()
                .filter(target -> target.presence() != Presence.CLONE)
                .toList();
    }

    /** If they take turns, it was that of the one that was chosen: it is about to be sent to. */
    void took(Session session, ActionName action, Filter filter, Targets chosen) {
        if (one.filter(TURNS::equals).isPresent()) {
            turns(session).took(what(action, filter), chosen.all().getFirst());
        }
    }

    private static Turns turns(Session session) {
        return new Turns(session.config().runs());
    }

    private static String what(ActionName action, Filter filter) {
        return action + " " + filter.describe();
    }

    private static Targets only(Target chosen, Targets found, String why) {
        return new Targets(
                        List.of(chosen),
                        found.unknown(),
                        found.method(),
                        found.took(),
                        found.notices())
                .noting(
                        "chose "
                                + chosen.name()
                                + " ("
                                + chosen.id()
                                + ") of "
                                + there(found).size()
                                + ": "
                                + why);
    }

    /** A node with its number. */
    private record Bid(Target node, BigDecimal number) {}

    /** What was announced may be old: they are asked. */
    private static Targets least(Session session, String fact, Targets found)
            throws InterruptedException {
        var spec = BuiltIn.NODE_INVENTORY;
        var arguments = Fields.EMPTY.with("facts", Value.texts(List.of(fact)));
        var limit = session.config().patience().limit();
        var run =
                new Run(
                        spec.name(),
                        spec.actionClass(),
                        arguments,
                        Filter.EVERYTHING,
                        false,
                        TTL,
                        limit);
        var there = there(found);
        var asked = new Targets(there, List.of(), found.method(), found.took(), List.of());
        var report = session.fleet().run(run, asked, _ -> {});
        if (report.stopped()) {
            throw new InterruptedException();
        }
        var bids = new ArrayList<Bid>();
        for (var entry : report.entries()) {
            number(entry, fact).ifPresent(n -> bids.add(new Bid(entry.target(), n)));
        }
        var best =
                bids.stream()
                        .min(
                                Comparator.comparing(Bid::number)
                                        .thenComparing(Bid::node, Target.BY_NAME));
        if (best.isEmpty()) {
            throw new UnableException(
                    ONE
                            + " least:"
                            + Escape.line(fact)
                            + ": of "
                            + there.size()
                            + " nodes that are there none has a number for it; nothing was sent",
                    ExitCode.NOBODY);
        }
        var silent = there.size() - bids.size();
        return only(
                best.get().node(),
                found,
                "least "
                        + fact
                        + ", "
                        + best.get().number().toPlainString()
                        + (silent > 0 ? "; " + silent + " said no number" : ""));
    }

    private static Optional<BigDecimal> number(Entry entry, String fact) {
        return entry.outcome()
                .map(Outcome::result)
                .flatMap(data -> data.member("facts"))
                .filter(Fields.class::isInstance)
                .flatMap(facts -> FactPath.of(fact).in((Fields) facts))
                .flatMap(OneOption::number);
    }

    private static Optional<BigDecimal> number(Value value) {
        return switch (value) {
            case Value.Whole(long number) -> Optional.of(BigDecimal.valueOf(number));
            case Value.Decimal(BigDecimal number) -> Optional.of(number);
            case Value.Text(String text) -> number(text);
            case Value.Truth _, Value.Nothing _, Value.Items _, Fields _ -> Optional.empty();
        };
    }

    private static Optional<BigDecimal> number(String text) {
        return text.length() <= LONGEST && text.matches("-?[0-9]+(\\.[0-9]+)?")
                ? Optional.of(new BigDecimal(text))
                : Optional.empty();
    }
}
