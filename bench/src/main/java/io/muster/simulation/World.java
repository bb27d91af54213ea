package io.muster.simulation;

import io.muster.simulation.History.Step;
import io.muster.simulation.SimulatedBus.State;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One simulation: an operator, a hub and five nodes live through some minutes in which much goes
 * wrong. Then all is mended, everybody has time to end what was begun, the operator asks about the
 * rest, and what must hold is looked at.
 */
final class World {
    private static final Duration BAD_TIMES = Duration.ofMinutes(4);
    private static final Duration REST = Duration.ofSeconds(330);
    private static final Duration ASKING = Duration.ofMinutes(10);
    private static final Duration AWAY = Duration.ofSeconds(40);
    private static final int MOST_STEPS_TO_LIVE = 40;

    private final Path directory;
    private final Cast cast;
    private final Flaw flaw;
    private final Chance chance;
    private final Stage stage;
    private final Troubles troubles;
    private final SimulatedBus bus;
    private final List<Mark> marks = new ArrayList<>();
    private final List<String> story = new ArrayList<>();
    private final Set<Happening> happened = EnumSet.noneOf(Happening.class);
    private final List<Violation> seen = new ArrayList<>();
    private final List<SimulatedOperator> operators = new ArrayList<>();
    private final SimulatedHub hub;
    private final List<SimulatedNode> nodes;

    /**
     * @param directory of its own, empty
     */
    World(long seed, Cast cast, Path directory, Flaw flaw) {
        this.directory = directory;
        this.cast = cast;
        this.flaw = flaw;
        chance = new Chance(seed);
        stage = new Stage(chance);
        troubles = new Troubles(chance);
        stage.stalls(troubles.stalls());
        bus = new SimulatedBus(stage, troubles);
        for (int number = chance.of(0.5) ? 2 : 1; number > 0; number--) {
            operators.add(new SimulatedOperator(this, number));
        }
        hub = new SimulatedHub(this);
        nodes = cast.ids().stream().map(id -> new SimulatedNode(this, id)).toList();
    }

    Path directory() {
        return directory;
    }

    Cast cast() {
        return cast;
    }

    Flaw flaw() {
        return flaw;
    }

    Chance chance() {
        return chance;
    }

    Stage stage() {
        return stage;
    }

    Troubles troubles() {
        return troubles;
    }

    SimulatedBus bus() {
        return bus;
    }

    /** Something was really done. */
    void mark(Mark mark) {
        marks.add(mark);
        say("done on " + mark.node() + ": " + mark.request());
    }

    /** For whoever wants to know what happened; the directory has another name each time. */
    void say(String line) {
        story.add(stage.time() + " " + line.replace(directory + "/", ""));
    }

    /** That really happened. */
    void happened(Happening what) {
        happened.add(what);
    }

    /** The same, if it is anything. */
    void happened(Optional<Happening> what) {
        what.ifPresent(this::happened);
    }

    /** What has happened so far. */
    Set<Happening> happened() {
        return Set.copyOf(happened);
    }

    /** What must not be, and was seen on the way: nothing that is left tells of it. */
    void violated(Violation what) {
        seen.add(what);
        say(what.toString());
    }

    /** All of that. */
    List<Violation> seen() {
        return seen;
    }

    List<String> story() {
        return story;
    }

    /** The machine of that node goes down in good order, if the life that ordered it goes on. */
    void reboots(SimulatedNode node, Life ordering) {
        if (ordering.alive()) {
            node.reboot();
        }
    }

    /** Lives through it, and tells what is left. */
    History live() throws IOException {
        nodes.forEach(Machine::start);
        hub.start();
        operators.forEach(each -> stage.after(Duration.ofSeconds(3), each::start));
        misfortunes();
        stage.runUntil(BAD_TIMES.toNanos());
        mend();
        stage.runUntil(stage.ticks() + REST.toNanos());
        all().forEach(Machine::start);
        operators.forEach(SimulatedOperator::ask);
        operators.forEach(World::restart);
        var end = stage.ticks() + ASKING.toNanos();
        while (!operators.stream().allMatch(SimulatedOperator::done) && stage.ticks() < end) {
            stage.runUntil(Math.min(end, stage.ticks() + Duration.ofSeconds(10).toNanos()));
        }
        return history();
    }

    /** What it was at is cut off, and gone on with. */
    private static void restart(Machine machine) {
        machine.exit(Duration.ofSeconds(1));
    }

    private List<Machine> all() {
        var all = new ArrayList<Machine>(nodes);
        all.add(hub);
        all.addAll(operators);
        return all;
    }

    private void misfortunes() {
        for (int i = 0; i < troubles.crashes(); i++) {
            stage.after(sometime(), this::crash);
        }
        for (int i = 0; i < troubles.partitions(); i++) {
            stage.after(sometime(), this::partition);
        }
        for (int i = 0; i < troubles.replays(); i++) {
            stage.after(sometime(), this::replay);
        }
        for (int i = 0; i < troubles.fullDisks(); i++) {
            stage.after(sometime(), this::fill);
        }
        for (int i = 0; i < troubles.absences(); i++) {
            var soon = chance.between(Duration.ofSeconds(1), Duration.ofSeconds(20));
            stage.after(soon, () -> chance.one(nodes).away(chance.around(AWAY)));
        }
    }

    /** Most things happen at the beginning. */
    private Duration sometime() {
        return chance.of(0.7)
                ? chance.between(Duration.ofSeconds(3), Duration.ofSeconds(60))
                : chance.between(Duration.ZERO, BAD_TIMES);
    }

    private void crash() {
        var other = chance.of(0.6) ? chance.one(operators) : hub;
        var machine = chance.of(0.7) ? chance.one(nodes) : other;
        machine.doom(chance.between(1, MOST_STEPS_TO_LIVE), chance.of(0.5));
    }

    private void replay() {
        if (bus.replay()) {
            happened(Happening.REPLAYED);
        }
    }

    private void partition() {
        var some = all().stream().filter(_ -> chance.of(0.4)).toList();
        var ways = List.of(State.SILENT, State.SILENT_IN, State.SILENT_OUT, State.DOWN);
        some.forEach(machine -> machine.cut(chance.one(ways)));
        var noticed = chance.around(Duration.ofSeconds(5));
        stage.after(noticed, () -> some.forEach(machine -> machine.cut(State.DOWN)));
        var over = noticed.plus(chance.around(Duration.ofSeconds(15)));
        stage.after(over, () -> some.forEach(machine -> machine.cut(State.UP)));
    }

    private void fill() {
        var machine = chance.of(0.4) ? chance.one(operators) : chance.one(all());
        machine.fill(true);
        stage.after(chance.around(Duration.ofSeconds(20)), () -> machine.fill(false));
    }

    private void mend() {
        say("from now on all goes well");
        troubles.end();
        stage.stalls(0);
        for (var machine : all()) {
            machine.doom(Integer.MAX_VALUE, false);
            machine.fill(false);
            machine.cut(State.UP);
            machine.synchronize();
        }
    }

    private History history() throws IOException {
        var of = new HistoryReader();
        for (var node : nodes) {
            of.node(node.id(), node.home(), node.wasFull());
        }
        for (var each : operators) {
            of.runs(each.home().resolve("runs"));
        }
        of.marks(marks);
        of.trust(cast.trust());
        of.queue(hub.home().resolve("queue"));
        operators.forEach(each -> each.shown().forEach(of::shown));
        var history = of.history();
        history.runs().forEach(run -> run.steps().forEach(this::happened));
        return history;
    }

    private void happened(Step step) {
        switch (step) {
            case Step.Receipt _ -> happened(Happening.RECEIPT);
            case Step.Heard heard when heard.locked() -> happened(Happening.REFUSED_LOCKED);
            case Step.Heard _, Step.Sent _, Step.Left _ -> {}
        }
    }

    /** Puts what is left into that directory. */
    void keep(Path to) throws IOException {
        var left = new HistoryWriter(to);
        left.trust(cast.anchors());
        left.marks(marks);
        for (var node : nodes) {
            left.node(node);
        }
        for (var each : operators) {
            left.runs(each.home().resolve("runs"), each.shown());
        }
    }

    /** Lets go of everything. */
    void close() {
        all().forEach(Machine::end);
        stage.runUntil(stage.ticks() + 1);
    }
}
