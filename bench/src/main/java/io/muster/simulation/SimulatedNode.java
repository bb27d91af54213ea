package io.muster.simulation;

import io.muster.action.ActionClass;
import io.muster.action.ActionSpec;
import io.muster.message.ActionName;
import io.muster.message.Collective;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Value.Fields;
import io.muster.node.Announcing;
import io.muster.node.NodeAgent;
import io.muster.node.NodeLimits;
import io.muster.node.action.Action;
import io.muster.node.action.ActionContext;
import io.muster.node.action.Actions;
import io.muster.node.action.Node;
import io.muster.node.action.Performed;
import io.muster.node.fact.FactCache;
import io.muster.node.fact.FactSource;
import io.muster.node.trust.TrustRules;
import io.muster.policy.Policy;
import io.muster.simulation.SimulatedBus.Port;
import io.muster.simulation.SimulatedBus.State;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** A real node agent on a machine of the simulation. */
final class SimulatedNode extends Machine {
    static final ActionName LOOK = new ActionName("sim.look");
    static final ActionName MARK = new ActionName("sim.mark");
    static final ActionName WIPE = new ActionName("sim.wipe");
    static final ActionName DOWN = new ActionName("sim.down");

    /** A fact that all have, with the same value. */
    static final String ROLE = "role";

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Policy POLICY =
            Policy.parse(
                    """
                    {"rules":[
                     {"effect":"allow","callers":["operator/alice"],"actions":["*"]},
                     {"effect":"allow","callers":["operator/alice"],
                      "actions":["sim.wipe","sim.down"]}]}
                    """);

    private final NodeId id;
    private Optional<NodeAgent> agent = Optional.empty();
    private Semaphore connected = new Semaphore(0);

    SimulatedNode(World world, NodeId id) {
        super(world, id.value());
        this.id = id;
        try {
            Files.copy(world.cast().node(id).journal(), home().resolve("requests.journal"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    NodeId id() {
        return id;
    }

    @Override
    void live(Life born) {
        var player = world().cast().node(id);
        InstantSource clock = () -> time().minus(world().flaw().behind());
        connected = new Semaphore(1);
        var port = connect();
        var actions = new ArrayList<>(Actions.builtIn(Optional.empty()));
        actions.addAll(own(born));
        var node =
                new Node(
                        "1",
                        time(),
                        List.of(Collective.MAIN),
                        new Booted(player.host(), boot()),
                        new FactCache(List.of(new Role()), clock),
                        player.classes(),
                        new Actions(actions, player.external()),
                        clock);
        agent = Optional.of(agent(born, player, port, node));
    }

    private NodeAgent agent(Life born, Cast.Player player, Port port, Node node) {
        var skew = Duration.ofSeconds(30);
        return new NodeAgent(
                new NodeAgent.Parts(
                        player.credentials(),
                        new NodeLimits(skew, 600, 32),
                        Announcing.every(Duration.ofMinutes(world().chance().between(2, 15))),
                        home(),
                        port,
                        connected,
                        node,
                        () -> POLICY,
                        Optional.empty(),
                        Optional.empty(),
                        TrustRules.DEFAULT,
                        world().chance().other(),
                        Silence.LOG,
                        disk(),
                        born));
    }

    /** What it knows of itself. */
    private record Role() implements FactSource {
        @Override
        public String name() {
            return ROLE;
        }

        @Override
        public Freshness freshness() {
            return Freshness.of(Duration.ofDays(1));
        }

        @Override
        public Collected collect() {
            return Collected.of(Fields.EMPTY.with(ROLE, "mail"));
        }
    }

    @Override
    void bury() {
        var over = agent;
        agent = Optional.empty();
        over.ifPresent(NodeAgent::close);
    }

    @Override
    void cut(State state) {
        super.cut(state);
        if (state == State.UP) {
            connected.release();
        }
    }

    private List<Action> own(Life life) {
        return List.of(
                Action.of(spec(LOOK, ActionClass.READ), (_, _) -> Performed.done(Outcome.ok("so"))),
                Action.of(spec(MARK, ActionClass.CHANGE), (_, c) -> marked(c, life)),
                Action.of(spec(WIPE, ActionClass.DESTRUCTIVE), (_, c) -> marked(c, life)),
                Action.of(spec(DOWN, ActionClass.DESTRUCTIVE), (_, c) -> goingDown(c, life)));
    }

    private static ActionSpec spec(ActionName name, ActionClass actionClass) {
        return new ActionSpec(
                name, "for the simulation", actionClass, false, false, LIMIT, List.of(), List.of());
    }

    private Performed marked(ActionContext context, Life life) throws IOException {
        life.step();
        world().mark(new Mark(id, context.request(), time()));
        life.step();
        var chance = world().chance();
        perhapsDie();
        try {
            world().stage()
                    .pause(
                            chance.of(0.1)
                                    ? chance.around(Duration.ofSeconds(15))
                                    : chance.around(Duration.ofMillis(100)));
        } catch (InterruptedException _) {
            return Performed.done(Outcome.failed("interrupted", "stopped in the middle"));
        }
        if (chance.of(0.03)) {
            throw new IOException("no such file");
        }
        if (chance.of(0.03)) {
            throw new IllegalStateException("tripped");
        }
        return Performed.done(
                chance.of(0.1)
                        ? Outcome.failed("exit-status", "did not work")
                        : new Outcome.Changed("done", Fields.EMPTY));
    }

    /** Most that can go wrong with a crash goes wrong soon after something was done. */
    private void perhapsDie() {
        var chance = world().chance();
        if (world().troubles().on() && world().troubles().crashes() > 0 && chance.of(0.1)) {
            doom(chance.between(1, 12), chance.of(0.5));
        }
    }

    private Performed goingDown(ActionContext context, Life life) {
        life.step();
        world().mark(new Mark(id, context.request(), time()));
        life.step();
        perhapsDie();
        var delay = Duration.ofSeconds(1);
        return new Performed.GoingDown(
                "going down",
                delay,
                () -> {
                    life.step();
                    // Some machines are told to go down, and do not.
                    if (!world().chance().of(0.1)) {
                        world().stage().after(delay, () -> world().reboots(this, life));
                    }
                    life.step();
                });
    }
}
