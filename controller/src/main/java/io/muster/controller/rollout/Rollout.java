package io.muster.controller.rollout;

import io.muster.action.ActionClass;
import io.muster.controller.Amount;
import io.muster.message.Budget;
import io.muster.message.Escape;
import io.muster.message.FieldReader;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * In which steps a run goes out, and what stops it before all were sent to.
 *
 * @param ramp how many nodes are sent to at a time
 * @param maxFailed after so many failures nobody else is sent to
 * @param ended whether only what has ended counts against that, and not who may fail yet
 * @param maxOffline if so many targets are away nobody is sent to, or nobody else
 * @param concurrency at most so many of a batch are at work at a time; all of it if 0
 * @param sleep how long to wait between two batches
 * @param canary who goes first, alone; all of them must do it before anybody else is sent to
 * @param gate what must hold after each batch
 * @param pauseAfter the numbers of the batches after which somebody has to look before it goes on
 * @param spread the fact over whose values each batch is spread
 * @param floors how many of a kind must stay up
 */
public record Rollout(
        Ramp ramp,
        Amount maxFailed,
        boolean ended,
        Optional<Amount> maxOffline,
        int concurrency,
        Duration sleep,
        List<NodeId> canary,
        Gate gate,
        Set<Integer> pauseAfter,
        Optional<String> spread,
        List<Floor> floors) {
    /** All at once, whatever becomes of them. */
    public static final Rollout ALL_AT_ONCE = of(Ramp.of(new Amount(100, true)), 100, true);

    /** A tenth of them, and ten at most; after a second failure no more. */
    public static final Rollout CAREFUL = of(new Ramp(List.of(new Amount(10, true)), 10), 2, false);

    private static final String ENDED = "ended";

    public Rollout {
        canary = List.copyOf(canary);
        floors = List.copyOf(floors);
        pauseAfter = Collections.unmodifiableSortedSet(new TreeSet<>(pauseAfter));
        if (concurrency < 0 || sleep.isNegative()) {
            throw new IllegalArgumentException("less than nothing");
        }
    }

    private static Rollout of(Ramp ramp, int failed, boolean percent) {
        return new Rollout(
                ramp,
                new Amount(failed, percent),
                false,
                Optional.empty(),
                0,
                Duration.ZERO,
                List.of(),
                Gate.NONE,
                Set.of(),
                Optional.empty(),
                List.of());
    }

    /** What is usual for that class. */
    public static Rollout usual(ActionClass actionClass) {
        return switch (actionClass) {
            case READ, CHANGE -> ALL_AT_ONCE;
            case DESTRUCTIVE -> CAREFUL;
        };
    }

    /** A copy, of which some members are another's before it is one. */
    private static final class Draft {
        private Ramp ramp;
        private Amount maxFailed;
        private boolean ended;
        private Optional<Amount> maxOffline;
        private int concurrency;
        private Duration sleep;
        private List<NodeId> canary;
        private Gate gate;
        private Set<Integer> pauseAfter;
        private Optional<String> spread;
        private List<Floor> floors;

        Draft(Rollout of) {
            ramp = of.ramp;
            maxFailed = of.maxFailed;
            ended = of.ended;
            maxOffline = of.maxOffline;
            concurrency = of.concurrency;
            sleep = of.sleep;
            canary = of.canary;
            gate = of.gate;
            pauseAfter = of.pauseAfter;
            spread = of.spread;
            floors = of.floors;
        }
    }

    private Rollout but(Consumer<Draft> change) {
        var draft = new Draft(this);
        change.accept(draft);
        return new Rollout(
                draft.ramp,
                draft.maxFailed,
                draft.ended,
                draft.maxOffline,
                draft.concurrency,
                draft.sleep,
                draft.canary,
                draft.gate,
                draft.pauseAfter,
                draft.spread,
                draft.floors);
    }

    /** In these steps instead. */
    public Rollout stepping(Ramp other) {
        return but(draft -> draft.ramp = other);
    }

    /** So many failures instead; who is at work counts, as it may fail yet. */
    public Rollout failing(Amount other) {
        return failing(other, false);
    }

    /**
     * With as many failures as are usual, for somebody who said how many are sent to at a time and
     * not how many may fail: so many are sent to, and then it is seen how many of them failed.
     */
    public Rollout watched() {
        return failing(CAREFUL.maxFailed, true);
    }

    private Rollout failing(Amount most, boolean afterwards) {
        return but(
                draft -> {
                    draft.maxFailed = most;
                    draft.ended = afterwards;
                });
    }

    /** With so many away. */
    public Rollout missing(Amount most) {
        return but(draft -> draft.maxOffline = Optional.of(most));
    }

    /** With at most so many at work at a time, and so long between batches. */
    public Rollout paced(int most, Duration between) {
        return but(
                draft -> {
                    draft.concurrency = most;
                    draft.sleep = between;
                });
    }

    /** With these before all others. */
    public Rollout after(List<NodeId> first) {
        return but(draft -> draft.canary = first);
    }

    /** With that to hold after each batch. */
    public Rollout gated(Gate other) {
        return but(draft -> draft.gate = other);
    }

    /** With somebody to look after those batches. */
    public Rollout pausing(Set<Integer> after) {
        return but(draft -> draft.pauseAfter = after);
    }

    /** With batches spread over that fact, and so many of a kind up. */
    public Rollout spread(Optional<String> over, List<Floor> least) {
        return but(
                draft -> {
                    draft.spread = over;
                    draft.floors = least;
                });
    }

    /** With only those of its canary who are among these. */
    public Rollout among(List<NodeId> nodes) {
        return after(canary.stream().filter(nodes::contains).toList());
    }

    /** So many failures stop it, of that many targets: the first, if none may be. */
    public int failures(int targets) {
        return Math.max(1, maxFailed.of(targets));
    }

    /** So many who are away stop it, of that many targets, if that matters: the first, likewise. */
    public Optional<Integer> absences(int targets) {
        return maxOffline.map(most -> Math.max(1, most.of(targets)));
    }

    /** How many of a batch of that many may be at work at a time, if so many more may fail. */
    public int window(int batch, int left) {
        var most = concurrency == 0 ? batch : Math.min(batch, concurrency);
        return ended ? most : Math.min(most, left);
    }

    /** What it comes to for that many targets, as others approve it: nothing is left open. */
    public Budget budget(int targets) {
        var sizes = ramp.sizes(targets);
        var largest = sizes.stream().max(Integer::compare).orElseThrow();
        var offline = maxOffline.map(most -> new Amount(most.of(targets), false));
        var more = rest(Fields.EMPTY, offline);
        if (sizes.size() > 1) {
            var steps = sizes.stream().map(String::valueOf).collect(Collectors.joining(","));
            more = more.with("steps", steps);
        }
        return new Budget(largest, maxFailed.of(targets), more);
    }

    /**
     * As it was approved.
     *
     * @throws MalformedException if there is more to it than is known here
     */
    public static Rollout of(Budget budget) {
        var reader = new FieldReader("rollout", budget.rollout());
        var even = Ramp.of(new Amount(budget.batch(), false));
        var ramp = reader.optionalText("steps", Ramp::parse).orElse(even);
        return rest(reader, ramp, new Amount(budget.maxFailed(), false));
    }

    /** What is written down of it. */
    public Fields toValue() {
        var batch = Fields.EMPTY.with("batch", ramp.toString());
        var most = ramp.atMost();
        var sized = most < Integer.MAX_VALUE ? batch.with("atMost", most) : batch;
        return rest(sized.with("maxFailed", maxFailed.toString()), maxOffline);
    }

    /** What was written down. */
    public static Rollout of(Fields fields) {
        var reader = new FieldReader("rollout", fields);
        var typed = reader.text("batch", Ramp::parse);
        var atMost = reader.optionalWhole("atMost").orElse((long) Integer.MAX_VALUE);
        var ramp = new Ramp(typed.steps(), Math.toIntExact(atMost));
        return rest(reader, ramp, reader.text("maxFailed", Amount::parse));
    }

    /** All but ramp and failures; what is not said is absent. */
    private Fields rest(Fields before, Optional<Amount> offline) {
        var fields = ended ? before.with("counts", ENDED) : before;
        if (offline.isPresent()) {
            fields = fields.with("maxOffline", offline.get().toString());
        }
        if (concurrency > 0) {
            fields = fields.with("concurrency", concurrency);
        }
        if (!sleep.isZero()) {
            fields = fields.with("sleep", sleep.toMillis());
        }
        if (!canary.isEmpty()) {
            var ids = canary.stream().map(NodeId::value).toList();
            fields = fields.with("canary", Value.texts(ids));
        }
        fields = gate.addTo(fields);
        if (!pauseAfter.isEmpty()) {
            var points = pauseAfter.stream().map(String::valueOf).toList();
            fields = fields.with("pauseAfter", Value.texts(points));
        }
        if (spread.isPresent()) {
            fields = fields.with("spread", spread.get());
        }
        return floors.isEmpty()
                ? fields
                : fields.with("floors", Value.texts(floors.stream().map(Floor::toString).toList()));
    }

    private static boolean counts(String word) {
        if (!word.equals(ENDED)) {
            throw new IllegalArgumentException("counts " + Escape.quoted(word));
        }
        return true;
    }

    private static Rollout rest(FieldReader reader, Ramp ramp, Amount maxFailed) {
        try {
            var rollout =
                    new Rollout(
                            ramp,
                            maxFailed,
                            reader.optionalText("counts", Rollout::counts).orElse(false),
                            reader.optionalText("maxOffline", Amount::parse),
                            Math.toIntExact(reader.optionalWhole("concurrency").orElse(0L)),
                            Duration.ofMillis(reader.optionalWhole("sleep").orElse(0L)),
                            reader.optionalTexts("canary", NodeId::new).orElse(List.of()),
                            Gate.read(reader),
                            Set.copyOf(
                                    reader.optionalTexts("pauseAfter", Integer::valueOf)
                                            .orElse(List.of())),
                            reader.optionalText("spread", fact -> fact),
                            reader.optionalTexts("floors", Floor::parse).orElse(List.of()));
            reader.done();
            return rollout;
        } catch (MalformedException e) {
            throw e;
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new MalformedException("rollout: " + e.getMessage(), e);
        }
    }
}
