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
}
