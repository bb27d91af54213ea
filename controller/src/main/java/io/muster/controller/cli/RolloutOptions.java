package io.muster.controller.cli;

import io.muster.action.ActionClass;
import io.muster.action.ActionSpec;
import io.muster.controller.Amount;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.controller.rollout.Batch;
import io.muster.controller.rollout.Ramp;
import io.muster.controller.rollout.Rollout;
import io.muster.controller.rollout.Schedule;
import io.muster.message.Escape;
import io.muster.message.NodeId;
import io.muster.message.Spans;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** In which steps it goes out, and how much may go wrong. */
final class RolloutOptions {
    private static final String BATCH = "--batch";
    private static final String SLEEP = "--batch-sleep";
    private static final String CONCURRENCY = "--concurrency";
    private static final String CANARY = "--canary";
    private static final String FAILED = "--max-failed";
    private static final String PAUSE = "--pause-after";
    private static final String OFFLINE = "--max-offline";

    @Option(
            names = BATCH,
            paramLabel = "N|N%[,...]",
            description = {
                "So many nodes at a time; 1,5,25%% takes these",
                "steps, the last again and again. Destructive",
                "actions: a tenth, and ten at most, unless given;",
                "others: all at once."
            })
    private Optional<String> batch = Optional.empty();

    @Option(
            names = SLEEP,
            paramLabel = "TIME",
            description = "Wait so long between two batches: 90s, 5m.")
    private Optional<String> sleep = Optional.empty();

    @Option(
            names = CONCURRENCY,
            paramLabel = "N",
            description = {
                "At most so many are at work at a time: the next is",
                "sent to as soon as one ends. With --batch, of each",
                "batch."
            })
    private Optional<Long> concurrency = Optional.empty();

    @Option(
            names = CANARY,
            split = ",",
            paramLabel = "NODE|N",
            description = {
                "These nodes, or so many, go first and alone;",
                "unless all of them end ok or changed, nobody else",
                "is sent to."
            })
    private List<String> canary = new ArrayList<>();

    @Option(
            names = FAILED,
            paramLabel = "N|N%",
            description = {
                "Send to nobody else once so many have failed, in",
                "the whole run; who does not answer in time, or is",
                "at work, counts, so no more are at work than may",
                "fail yet. Unless given: 2 for what changes",
                "something and goes out in steps, or is destructive.",
                "100%% goes on whatever fails."
            })
    private Optional<String> maxFailed = Optional.empty();

    @Option(
            names = OFFLINE,
            paramLabel = "N|N%",
            description = {"Send to nobody, or to nobody else, if so many", "targets are away."})
    private Optional<String> maxOffline = Optional.empty();

    @Option(
            names = PAUSE,
            split = ",",
            paramLabel = "canary|N",
            description = {
                "After the canary, or the batch of that number,",
                "wait until somebody has looked: muster runs",
                "promote."
            })
    private List<String> pauseAfter = new ArrayList<>();

    @Mixin private OrderOptions order = new OrderOptions();

    @Mixin private GateOptions gate = new GateOptions();

    /** Complains now about what would otherwise be found out after the discovery. */
    void check() {
        ramp();
        failures();
        absences();
        between();
        most();
        points();
        order.check();
        gate.check();
        canary.stream()
                .filter(String::isBlank)
                .findAny()
                .ifPresent(
                        blank -> {
                            throw new UsageException(CANARY + " " + Escape.quoted(blank));
                        });
        if (number().filter(number -> number == 0).isPresent()) {
            throw new UsageException(CANARY + " 0: at least one node, or its name");
        }
    }

    /** The options that were typed. */
    List<String> given() {
        var given = new ArrayList<String>();
        batch.ifPresent(_ -> given.add(BATCH));
        sleep.ifPresent(_ -> given.add(SLEEP));
        concurrency.ifPresent(_ -> given.add(CONCURRENCY));
        if (!canary.isEmpty()) {
            given.add(CANARY);
        }
        maxFailed.ifPresent(_ -> given.add(FAILED));
        maxOffline.ifPresent(_ -> given.add(OFFLINE));
        if (!pauseAfter.isEmpty()) {
            given.add(PAUSE);
        }
        given.addAll(order.given());
        given.addAll(gate.given());
        return given;
    }

    /**
     * As typed, or else as usual for the action's class.
     *
     * @param there those of the targets who are, in their order
     * @param specs finds out what an action of the nodes' own is
     */
    Rollout of(ActionSpec spec, Targets targets, List<Target> there, GateOptions.Specs specs)
            throws InterruptedException {
        var usual = Rollout.usual(spec.actionClass());
        // Who counts failures wants to stop in time, and so not to send to all at once.
        var base = failures().isPresent() ? Rollout.CAREFUL : usual;
        var whole = concurrency.map(_ -> Rollout.ALL_AT_ONCE.ramp());
        var stepped = ramp().or(() -> whole).map(base::stepping).orElse(base);
        var counted = failures().map(stepped::failing).orElse(stepped);
        var missing = absences().map(counted::missing).orElse(counted);
        var paced = missing.paced(most(), between()).after(first(targets, there));
        var schedule = Schedule.of(paced, there, targets.all().size());
        checkPoints(schedule);
        var limited = watched(spec.actionClass(), schedule) ? paced.watched() : paced;
        return limited.gated(gate.gate(specs))
                .pausing(points())
                .spread(order.spread(), order.floors());
    }

    /**
     * Whether it goes out in steps that somebody has typed, who did not say how many may fail. What
     * is destroyed in the usual steps has the usual budget already, and what goes out at once has
     * gone out before anything could be counted.
     */
    private boolean watched(ActionClass actionClass, Schedule schedule) {
        if (failures().isPresent()) {
            return false;
        }
        return switch (actionClass) {
            case READ -> false;
            case CHANGE -> inSteps(schedule);
            case DESTRUCTIVE -> ramp().isPresent() || concurrency.isPresent();
        };
    }

    private boolean inSteps(Schedule schedule) {
        return schedule.batches().size() > 1
                || concurrency.filter(most -> most < schedule.nodes()).isPresent()
                || !order.floors().isEmpty();
    }

    /** Over which fact batches are spread, if so. */
    Optional<String> spread() {
        return order.spread();
    }

    private List<NodeId> first(Targets targets, List<Target> there) {
        if (number().isPresent()) {
            var online = there.stream().map(Target::id).toList();
            if (number().get() > online.size()) {
                throw new UsageException(
                        CANARY
                                + " "
                                + number().get()
                                + ": of the targets "
                                + online.size()
                                + " are there; nothing was sent");
            }
            return online.subList(0, number().get());
        }
        return canary.stream().map(String::strip).map(name -> named(name, targets)).toList();
    }

    private Set<Integer> points() {
        var points = new TreeSet<Integer>();
        for (var text : pauseAfter) {
            var word = text.strip();
            if (!word.equals("canary") && !word.matches("[1-9][0-9]{0,6}")) {
                throw new UsageException(
                        PAUSE + " " + Escape.quoted(word) + ": canary, or the number of a batch");
            }
            points.add(word.equals("canary") ? Batch.CANARY : Integer.valueOf(word));
        }
        return points;
    }

    /** Somebody who wants to look and never would is told so now. */
    private void checkPoints(Schedule schedule) {
        var numbers = schedule.batches().stream().map(Batch::number).toList();
        for (var point : points()) {
            if (!numbers.contains(point) || numbers.getLast().equals(point)) {
                throw new UsageException(
                        PAUSE
                                + " "
                                + (point == Batch.CANARY ? "canary" : point)
                                + ": no batch comes after "
                                + Batch.words(point)
                                + ", with "
                                + numbers.size()
                                + " in all; nothing was sent");
            }
        }
    }

    private static NodeId named(String name, Targets targets) {
        var found = targets.all().stream().filter(t -> t.names().contains(name)).toList();
        if (found.size() != 1) {
            throw new UsageException(
                    CANARY
                            + " "
                            + Escape.quoted(name)
                            + ": "
                            + (found.isEmpty() ? "no" : "more than one")
                            + " target is called so; nothing was sent");
        }
        return found.getFirst().id();
    }

    private Optional<Integer> number() {
        return canary.size() == 1 && canary.getFirst().matches("[0-9]{1,7}")
                ? Optional.of(Integer.valueOf(canary.getFirst()))
                : Optional.empty();
    }

    private Optional<Ramp> ramp() {
        return batch.map(text -> parsed(BATCH, text, Ramp::parse));
    }

    private Optional<Amount> failures() {
        return maxFailed.map(text -> parsed(FAILED, text, Amount::parse));
    }

    private Optional<Amount> absences() {
        return maxOffline.map(text -> parsed(OFFLINE, text, Amount::parse));
    }

    private Duration between() {
        return sleep.map(text -> parsed(SLEEP, text, Spans::parse)).orElse(Duration.ZERO);
    }

    private int most() {
        var most = concurrency.orElse(0L);
        if (concurrency.isPresent() && (most < 1 || most > Integer.MAX_VALUE)) {
            throw new UsageException(CONCURRENCY + " " + most + ": at least 1");
        }
        return most.intValue();
    }

    /** Reads what was typed. */
    static <T> T parsed(String option, String text, Function<String, T> form) {
        try {
            return form.apply(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException(option + " " + e.getMessage());
        }
    }
}
