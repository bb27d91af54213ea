package io.muster.exec;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A started program and everything it started.
 *
 * <p>Killing a process leaves its children alone, so a program is made the leader of its own
 * process group, which the kernel kills as one. Only who has left the group <em>and</em> lost the
 * parent that ties it to the program gets away: such a process wanted to be a daemon.
 */
final class ProcessTree {
    private static final Logger log = System.getLogger(ProcessTree.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final ProcessHandle leader;
    private final boolean group;

    /** Whom we have seen below the leader: who loses a parent meanwhile is found no other way. */
    private final Set<ProcessHandle> seen = new LinkedHashSet<>();

    /**
     * @param leader not the process object: killing through that would close its streams, and what
     *     it wrote is wanted
     * @param group whether the leader's process id is also that of its process group
     */
    ProcessTree(ProcessHandle leader, boolean group) {
        this.leader = leader;
        this.group = group;
    }

    /** Asks all of it to end, with SIGTERM. Interrupts as in {@link #kill}, which follows. */
    void ask() {
        insist(this::askNow);
    }

    /**
     * Asks all of it to end, and kills what has not after that long. Interrupts as in {@link
     * #kill}, which comes at once then.
     */
    void end(Duration grace) {
        ask();
        var until = System.nanoTime() + grace.toNanos();
        var interrupted = Thread.interrupted();
        try {
            while (alive() && System.nanoTime() - until < 0) {
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException _) {
            interrupted = true;
        }
        kill();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether somebody of it, as far as we have seen, is alive. */
    boolean alive() {
        return leader.isAlive() || seen.stream().anyMatch(ProcessHandle::isAlive);
    }

    /**
     * Kills all of it with SIGKILL and waits until the leader is gone. An interrupt meanwhile is
     * kept for later: half a kill helps nobody.
     */
    void kill() {
        insist(this::killNow);
    }

    /** Something that an interrupt would leave half done. */
    private interface Step {
        void take() throws InterruptedException;
    }

    private static void insist(Step step) {
        var interrupted = Thread.interrupted();
        while (!taken(step)) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** False if an interrupt came in between. */
    private static boolean taken(Step step) {
        try {
            step.take();
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private void askNow() throws InterruptedException {
        seen.addAll(leader.descendants().toList());
        if (group) {
            signalGroup("TERM");
        }
        leader.destroy();
        seen.forEach(ProcessHandle::destroy);
    }

    private void killNow() throws InterruptedException {
        seen.addAll(leader.descendants().toList());
        if (group) {
            signalGroup("KILL");
        }
        leader.destroyForcibly();
        destroy(List.copyOf(seen));
        try {
            leader.onExit().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException _) {
            log.log(Level.WARNING, () -> "process " + leader.pid() + " does not die: kernel busy");
        }
    }

    /** Those found before the kill, and what they may have started since. */
    private static void destroy(List<ProcessHandle> processes) {
        for (var process : processes) {
            var children = process.descendants().toList();
            process.destroyForcibly();
            children.forEach(ProcessHandle::destroyForcibly);
        }
    }

    /** Java has no call for it, and every shell has. */
    private void signalGroup(String signal) throws InterruptedException {
        var kill = new ProcessBuilder("/bin/sh", "-c", "kill -s \"$1\" -- \"-$0\"", pid(), signal);
        kill.redirectInput(Redirect.from(new File("/dev/null")))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD);
        try {
            kill.start().waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IOException e) {
            log.log(Level.WARNING, () -> "cannot signal process group " + pid(), e);
        }
    }

    private String pid() {
        return Long.toString(leader.pid());
    }
}
