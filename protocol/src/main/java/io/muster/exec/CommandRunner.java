package io.muster.exec;

/** Runs programs. Implementations are thread-safe. */
public interface CommandRunner {

    /**
     * Runs the program to its end, on the calling thread; an interrupt of that thread kills the
     * program's whole tree.
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
