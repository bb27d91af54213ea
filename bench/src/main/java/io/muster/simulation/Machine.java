package io.muster.simulation;

import io.muster.simulation.SimulatedBus.Port;
import io.muster.simulation.SimulatedBus.State;
import io.muster.simulation.Stage.Killed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A machine with one process on it, which dies and begins anew, with what its disk has kept. Each
 * life has a directory of its own: what the dead do to theirs concerns nobody.
 */
abstract class Machine {
    private static final Duration AWAY = Duration.ofSeconds(8);

    private final World world;
    private final String name;
    private Duration ahead;
    private final List<Port> ports = new ArrayList<>();
    private Optional<Life> life = Optional.empty();
    private SimulatedDisk disk;
    private Path home;
    private int lives;
    private int boots;
    private boolean powerFails;
    private boolean full;
    private boolean wasFull;
    private boolean cutOff;

    Machine(World world, String name) {
        this.world = world;
        this.name = name;
        var skew = world.troubles().skew();
        this.ahead =
                skew.isZero()
                        ? Duration.ZERO
                        : world.chance().between(skew.negated(), skew.plusNanos(1));
        this.home = directory();
        this.disk = disk(new Life(name, world.stage(), () -> {}));
    }

    /** Begins what the process does; on a thread of that life. */
    abstract void live(Life born) throws IOException, InterruptedException;

    /** Lets go of files and locks of a life that is over; on nobody's thread. */
    abstract void bury();

    World world() {
        return world;
    }

    String name() {
        return name;
    }

    Path home() {
        return home;
    }

    SimulatedDisk disk() {
        return disk;
    }

    /** What its clock says. */
    Instant time() {
        return world.stage().time().plus(ahead);
    }

    /** Names the boot that the machine is in. */
    String boot() {
        return "boot-" + name + "-" + boots;
    }

    /** Its clock is right from now on. */
    void synchronize() {
        ahead = Duration.ZERO;
    }

    private Path directory() {
        try {
            return Files.createDirectories(world.directory().resolve(name + "-" + lives));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private SimulatedDisk disk(Life owner) {
        var made = new SimulatedDisk(owner, world.stage(), world.flaw());
        made.full(full);
        return made;
    }

    /** Starts the process, unless it runs. */
    void start() {
        if (life.isPresent()) {
            return;
        }
        var born = new Life[1];
        born[0] = new Life(name, world.stage(), () -> fall(powerFails));
        life = Optional.of(born[0]);
        var before = disk;
        disk = disk(born[0]);
        disk.inherit(before, home, home);
        world.stage()
                .start(
                        born[0],
                        name + " main",
                        () -> {
                            try {
                                live(born[0]);
                            } catch (IOException e) {
                                world.say(name + " cannot go on: " + e.getMessage());
                                exit(AWAY);
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(name + " was interrupted", e);
                            }
                        });
    }

    /** A connection to the bus, of this life. */
    Port connect() {
        var port = world.bus().open(life.orElseThrow());
        if (cutOff) {
            port.turn(State.DOWN);
        }
        ports.add(port);
        return port;
    }

    void disconnect(Port port) {
        ports.remove(port);
        port.close();
    }

    /** The connections are like that from now on. */
    void cut(State state) {
        cutOff = state != State.UP;
        world.happened(
                switch (state) {
                    case UP -> Optional.empty();
                    case SILENT -> Optional.of(Happening.SILENT);
                    case SILENT_IN -> Optional.of(Happening.SILENT_IN);
                    case SILENT_OUT -> Optional.of(Happening.SILENT_OUT);
                    case DOWN -> Optional.of(Happening.DOWN);
                });
        world.say(name + " is " + state);
        List.copyOf(ports).forEach(port -> port.turn(state));
    }

    /** The disk has no room, or has some again. */
    void fill(boolean is) {
        full = is;
        wasFull |= is;
        if (is) {
            world.happened(Happening.DISK_FULL);
        }
        disk.full(is);
    }

    /** Whether its disk was full at some time. */
    boolean wasFull() {
        return wasFull;
    }

    /** It dies at one of its next steps. */
    void doom(int step, boolean power) {
        powerFails = power;
        life.ifPresent(running -> running.doom(step));
    }

    /**
     * The process is gone, and comes back after a while; with the machine, if it lost its power.
     */
    void fall(boolean power) {
        if (life.isEmpty()) {
            return;
        }
        world.happened(power ? Happening.POWER_LOST : Happening.KILLED);
        world.say(name + (power ? " loses its power" : " is killed"));
        leave(power);
        if (power) {
            boots++;
        }
        world.stage().after(world.chance().around(AWAY), this::start);
    }

    /** It ends by itself, in good order, and begins again after so long. */
    void exit(Duration away) {
        leave(false);
        world.stage().after(away, this::start);
    }

    /** The process says goodbye and ends, and is started again after so long. */
    void away(Duration time) {
        if (life.isPresent()) {
            world.happened(Happening.AWAY);
            world.say(name + " goes away");
            bury();
            exit(time);
        }
    }

    /** The machine goes down in good order, and comes up in another boot. */
    void reboot() {
        if (life.isPresent()) {
            world.happened(Happening.REBOOTED);
            world.say(name + " reboots");
            bury();
            leave(false);
            boots++;
            world.stage().after(world.chance().around(AWAY), this::start);
        }
    }

    /** The simulation is over. */
    void end() {
        if (life.isPresent()) {
            buryQuietly();
            List.copyOf(ports).forEach(port -> port.turn(State.DOWN));
            life.get().end();
            life = Optional.empty();
        }
    }

    private void leave(boolean power) {
        var over = life.orElseThrow();
        var left = home;
        var before = disk;
        lives++;
        home = directory();
        life = Optional.empty();
        try {
            before.leave(left, home, power);
            world.flaw().applyTo(home);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List.copyOf(ports).forEach(port -> port.turn(State.DOWN));
        ports.clear();
        disk = disk(over);
        if (!power) {
            disk.inherit(before, left, home);
        }
        over.end();
        world.stage().after(Duration.ofNanos(1), this::buryQuietly);
    }

    /** Whatever the dead say does not count. */
    private void buryQuietly() {
        try {
            bury();
        } catch (Killed | RuntimeException e) {
            world.say(name + ": " + e);
        }
    }
}
