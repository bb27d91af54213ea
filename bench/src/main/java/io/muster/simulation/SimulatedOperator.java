package io.muster.simulation;

import io.muster.controller.Entry;
import io.muster.controller.Fleet;
import io.muster.controller.Past;
import io.muster.controller.Report;
import io.muster.controller.Run;
import io.muster.controller.Signing;
import io.muster.controller.TargetState;
import io.muster.controller.ask.Caller;
import io.muster.controller.ask.Hub.HubException;
import io.muster.controller.discovery.Boots.UnknownBootException;
import io.muster.controller.discovery.BroadcastDiscovery;
import io.muster.controller.discovery.Patience;
import io.muster.controller.discovery.PresenceDiscovery;
import io.muster.controller.discovery.Targets;
import io.muster.controller.runs.PastRun;
import io.muster.controller.runs.PastRun.State;
import io.muster.controller.runs.Plan;
import io.muster.controller.runs.RunJournal;
import io.muster.controller.runs.RunsDirectory;
import io.muster.controller.runs.RunsDirectory.Kept;
import io.muster.journal.JournalException;
import io.muster.message.Collective;
import io.muster.message.NodeId;
import io.muster.message.ReplyAddress;
import io.muster.message.RequestId;
import io.muster.simulation.SimulatedBus.Port;
import io.muster.simulation.Violation.Promise;
import io.muster.threads.Threads.Started;
import io.muster.transport.Destination;
import io.muster.transport.TransportException;
import io.muster.trust.Revocations;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/**
 * An operator who runs one action after the other, goes on with what was cut off, and asks in the
 * end what became of the rest: as the commands do, and over the same library.
 */
final class SimulatedOperator extends Machine {
    private static final Duration KEPT = Duration.ofDays(30);
    private static final int MOST_RESUMED = 3;

    private final Deque<Run> errands = new ArrayDeque<>();
    private final Map<String, Integer> resumed = new HashMap<>();
    private final Map<String, Report> shown = new HashMap<>();
    private final Wishes wishes;
    private Optional<String> at = Optional.empty();
    private boolean asking;
    private boolean done;

    SimulatedOperator(World world, int number) {
        super(world, "operator" + number);
        wishes = new Wishes(world.chance(), world.cast().ids());
        for (int i = world.chance().between(1, 2); i > 0; i--) {
            errands.add(wishes.errand());
        }
    }

    /** The last report of each run that was shown to anybody. */
    Map<String, Report> shown() {
        return shown;
    }

    /** From now on it asks the nodes, and begins nothing. */
    void ask() {
        asking = true;
        errands.clear();
    }

    boolean done() {
        return done;
    }

    RunsDirectory runs() {
        return new RunsDirectory(home().resolve("runs"), KEPT, disk());
    }

    @Override
    void live(Life born) {
        done = false;
        at = Optional.empty();
        while (true) {
            try {
                pause();
                var open = unfinished();
                if (open.isPresent()) {
                    resume(born, open.get());
                } else if (!errands.isEmpty()) {
                    run(born, errands.remove());
                } else if (asking) {
                    askAll(born);
                    done = true;
                    return;
                } else {
                    return;
                }
            } catch (TransportException
                    | JournalException
                    | HubException
                    | UnknownBootException
                    | InterruptedException e) {
                world().say(name() + ": " + e.getMessage());
            }
        }
    }

    @Override
    void bury() {
        // its journals are closed by whoever opened them
    }

    private void pause() throws InterruptedException {
        world().stage().pause(world().chance().around(Duration.ofSeconds(5)));
    }

    private Optional<Kept> unfinished() {
        for (var kept : runs().all()) {
            var again = resumed.getOrDefault(kept.id(), 0);
            var left = state(kept);
            var worth = left == State.UNFINISHED || left == State.STOPPED || left == State.PAUSED;
            if (worth && again < MOST_RESUMED) {
                resumed.put(kept.id(), again + 1);
                return Optional.of(kept);
            }
        }
        return Optional.empty();
    }

    /** Cut off before anything was sent it is nothing to go on with. */
    private static State state(Kept kept) {
        try {
            return kept.read().state();
        } catch (JournalException _) {
            return State.DONE;
        }
    }

    private Caller caller(Life life, Port port, ReplyAddress address, List<RequestId> earlier) {
        return new Caller(
                port,
                world().cast().operator(),
                Collective.MAIN,
                new Revocations(),
                this::time,
                world().chance().other(),
                address,
                earlier,
                _ -> {},
                life);
    }

    ReplyAddress address(Random random) {
        return Caller.address(world().cast().operator(), random);
    }

    /** Something that is done over a connection of its own. */
    interface Work {
        void with(Caller caller, Fleet fleet) throws InterruptedException;
    }

    void connected(Life life, ReplyAddress address, List<RequestId> earlier, Work work)
            throws InterruptedException {
        connected(life, address, earlier, _ -> {}, work);
    }

    private void connected(
            Life life,
            ReplyAddress address,
            List<RequestId> earlier,
            Consumer<Destination> watch,
            Work work)
            throws InterruptedException {
        var port = connect();
        port.watch(watch);
        try (var caller = caller(life, port, address, earlier)) {
            work.with(caller, new Fleet(caller));
        } finally {
            disconnect(port);
        }
    }

    private void run(Life life, Run run) throws InterruptedException {
        connected(
                life,
                address(world().chance().other()),
                List.of(),
                (caller, fleet) -> {
                    var found = fleet.find(discovery(caller), wishes.search());
                    if (found.all().isEmpty()) {
                        return;
                    }
                    var targets = fleet.ready(run, found);
                    var ids = targets.online().stream().map(target -> target.id()).toList();
                    var rollout = wishes.rollout(run.actionClass()).among(ids);
                    var queue = wishes.queue(run);
                    var plain = fleet.signing(run, targets);
                    var signing = queueing(plain, caller, run, targets, queue);
                    var past =
                            Past.none(
                                    run.action(),
                                    run.actionClass(),
                                    run.timeout(),
                                    rollout,
                                    targets);
                    try (var book = begin(Plan.of(run, rollout, caller, queue), past)) {
                        world().say("runs " + run.action() + " as " + book.id());
                        perhapsStop();
                        perhapsChangeMind(life, book.id());
                        run(past, signing, book, fleet);
                    }
                });
    }

    private static Signing queueing(
            Signing plain, Caller caller, Run run, Targets targets, Optional<Duration> queue) {
        return queue.map(ttl -> plain.queueing(caller, run, targets.all().size(), ttl))
                .orElse(plain);
    }

    private RunJournal begin(Plan plan, Past past) {
        var random = world().chance().other();
        return runs().begin(plan, past.targets(), past.schedule(), time(), random, world()::say);
    }

    private static PresenceDiscovery discovery(Caller caller) {
        return new PresenceDiscovery(
                caller, Patience.DEFAULT, new BroadcastDiscovery(caller, Patience.DEFAULT, false));
    }

    /** Ctrl-C, now and then. */
    private void perhapsStop() {
        var chance = world().chance();
        if (world().troubles().on() && chance.of(0.1)) {
            Started running = world().stage().running();
            world().stage().after(chance.around(Duration.ofSeconds(2)), running::interrupt);
        }
    }

    /** At another terminal, now and then. */
    private void perhapsChangeMind(Life life, String run) {
        var terminal = new OtherTerminal(this, life, run);
        if (world().chance().of(0.2)) {
            terminal.cancels();
        }
        if (world().chance().of(0.2)) {
            terminal.withdraws();
        }
        if (world().chance().of(0.2)) {
            terminal.takesOut();
        }
        if (world().chance().of(0.2)) {
            terminal.pauses();
        }
        if (world().chance().of(0.1)) {
            terminal.locks();
        }
        terminal.looksAfterIt();
    }

    private void end(RunJournal book, Report report) {
        // What was to stop this run must not stop the next one.
        var stopped = Thread.interrupted();
        if (report.stopped()) {
            world().happened(Happening.INTERRUPTED);
        }
        book.ended(report, time());
        if (!wasFull()) {
            // Else it was told that the run is not written down any further.
            shown.put(book.id(), report);
        }
        world().say("run " + book.id() + " " + report.counts() + (stopped ? ", stopped" : ""));
    }

    private void resume(Life life, Kept kept) throws InterruptedException {
        var run = kept.read();
        connected(
                life,
                run.plan().replyTo(),
                run.requests(),
                finished(run),
                (caller, fleet) -> {
                    try (var book = runs().reopen(kept, run, world()::say)) {
                        world().say("resumes " + kept.id());
                        world().happened(Happening.RESUMED);
                        var past = left(run.opened(caller::opened));
                        perhapsStop();
                        runs().lift(kept);
                        new OtherTerminal(this, life, kept.id()).looksAfterIt();
                        run(past, signing(run, fleet, caller), book, fleet);
                    }
                });
    }

    /** Whoever has given its last word is sent nothing more. */
    private Consumer<Destination> finished(PastRun run) {
        var over = run.past().report().answered().stream().map(Entry::id).toList();
        return to -> {
            if (to instanceof Destination.Node(NodeId node) && over.contains(node)) {
                var what =
                        "run %s was gone on with, and sent to %s, which had ended"
                                .formatted(run.id(), node);
                world().violated(new Violation(Promise.FINISHED, what));
            }
        };
    }

    /** Whether it is at that run. */
    boolean isAt(String run) {
        return at.filter(run::equals).isPresent();
    }

    private void run(Past past, Signing signing, RunJournal book, Fleet fleet) {
        var kept = runs().all().stream().filter(each -> each.id().equals(book.id())).findFirst();
        var compared = new ComparedRun(world(), book, kept, past, this::wasFull);
        at = Optional.of(book.id());
        try {
            var report = fleet.run(minded(past), signing, compared, compared::tell);
            end(book, report);
            compared.ended(report);
        } finally {
            at = Optional.empty();
        }
    }

    private Past minded(Past past) {
        return world().flaw() == Flaw.NO_FLOORS
                ? past.within(past.rollout().spread(Optional.empty(), List.of()))
                : past;
    }

    private Past left(PastRun run) {
        var past = run.past();
        return world().flaw() == Flaw.SIGNING_ANEW
                ? Past.none(
                        past.action(),
                        past.actionClass(),
                        past.timeout(),
                        past.rollout(),
                        past.targets())
                : past;
    }

    private static Signing signing(PastRun run, Fleet fleet, Caller caller) {
        var plan = run.plan();
        var targets = run.past().targets();
        return queueing(
                fleet.signing(plan.run(), targets), caller, plan.run(), targets, plan.queue());
    }

    private void askAll(Life life) throws InterruptedException {
        for (var kept : runs().all()) {
            for (int i = 0; i < MOST_RESUMED && unknown(kept); i++) {
                ask(life, kept);
            }
        }
    }

    private boolean unknown(Kept kept) {
        try {
            var report = kept.read().past().report();
            return report.count(TargetState.NO_REPLY) + report.count(TargetState.QUEUED) > 0;
        } catch (JournalException _) {
            return false;
        }
    }

    private void ask(Life life, Kept kept) throws InterruptedException {
        var run = kept.read();
        connected(
                life,
                address(world().chance().other()),
                List.of(),
                (caller, fleet) -> {
                    try (var book = runs().reopen(kept, run, world()::say)) {
                        var past = run.opened(caller::opened).past();
                        var report = fleet.ask(past, book, _ -> {});
                        shown.put(kept.id(), report);
                        world().happened(Happening.ASKED);
                        world().say("asked about " + kept.id() + " " + report.counts());
                    }
                });
    }
}
