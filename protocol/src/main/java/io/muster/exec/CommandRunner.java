package io.muster.exec;

/** Runs programs. Implementations are thread-safe. */
public interface CommandRunner {

    /**
     * Runs the program to its end, on the calling thread; an interrupt of that thread kills the
     * program's whole tree.
     */
    Result run(Command command);
}
