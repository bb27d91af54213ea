package io.muster.exec;

/**
 * How a program ended.
 *
 * @param ending how
 * @param stdout what it wrote, as far as it was kept, bad UTF-8 replaced; a line {@code [... N
 *     bytes left out ...]} stands for what was not
 * @param stderr likewise
 * @param stdoutBytes how much it wrote in all
 * @param stderrBytes likewise
 */
public record Result(
        Ending ending, String stdout, String stderr, long stdoutBytes, long stderrBytes) {

    /** How a program ended. */
    public sealed interface Ending {
        /** By itself; {@code status} above 128 usually means signal {@code status - 128}. */
        record Exited(int status) implements Ending {}

        /** Killed with its whole tree, because its time was up. */
        record TimedOut() implements Ending {}

        /** Killed with its whole tree, because the calling thread was interrupted. */
        record Stopped() implements Ending {}

        /** Never started: no such program, not executable, an argument no program can take. */
        record NotStarted(String problem) implements Ending {}
    }

    /** Whether it exited with status 0. */
    public boolean succeeded() {
        return ending instanceof Ending.Exited(int status) && status == 0;
    }
}
