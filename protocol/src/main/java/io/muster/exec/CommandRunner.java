package io.muster.exec;

/** Runs programs. Implementations are thread-safe. */
public interface CommandRunner {

    /**
     * Runs the program to its end, on the calling thread; an interrupt of that thread ends the
     * program's whole tree: it is asked to with SIGTERM, and killed when it has not a moment later.
     */
    default Result run(Command command) {
        return run(command, Hearer.NOBODY);
    }

    /**
     * The same, with somebody who hears all that the program says, also what is too much to be
     * kept.
     */
    Result run(Command command, Hearer hearer);

    /**
     * The same, of a program that does not end with this process: whoever comes after it finds it
     * with {@link Detached#find}. Where that cannot be, it runs as any other.
     *
     * @throws Detached.LeftException if this process ends, and the program goes on
     * @throws Detached.GoneException if nobody knows how it ended
     */
    default Result run(Command command, Hearer hearer, Stay stay) {
        return run(command, hearer);
    }
}
