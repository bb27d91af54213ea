package io.muster.controller.runs;

import io.muster.config.IoReason;
import io.muster.journal.AtomicFile;
import io.muster.journal.JournalException;
import io.muster.message.Bytes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files beside the journal of a run that say what people want of it while it goes: to pause,
 * and up to which batch somebody has looked at it and wants it to go on. The journal itself is in
 * the hands of whoever runs it.
 */
record PauseMarks(Path pause, Path promoted) {

    static PauseMarks beside(Path journal) {
        return new PauseMarks(journal.resolveSibling("pause"), journal.resolveSibling("promoted"));
    }

    /** Whether it is to pause. */
    boolean pauses() {
        return Files.exists(pause);
    }

    /** Whether it may go on after that batch; a mark that cannot be read is none. */
    boolean promotes(int batch) {
        try {
            return Files.exists(promoted)
                    && Integer.parseInt(Files.readString(promoted).strip()) >= batch;
        } catch (IOException | NumberFormatException _) {
            return false;
        }
    }

    /**
     * Has it pause, durably.
     *
     * @throws JournalException if that does not work
     */
    void set() {
        write(pause, "");
    }

    /**
     * Has it go on after that batch, durably.
     *
     * @throws JournalException if that does not work
     */
    void promote(int batch) {
        write(promoted, batch + "\n");
    }

    private static void write(Path file, String text) {
        try {
            AtomicFile.replace(file, Bytes.utf8(text));
        } catch (IOException e) {
            throw new JournalException(file + ": cannot be written: " + IoReason.of(e), e);
        }
    }

    /**
     * It is not to pause any more.
     *
     * @throws JournalException if that does not work
     */
    void lift() {
        try {
            Files.deleteIfExists(pause);
        } catch (IOException e) {
            throw new JournalException(pause + ": cannot be removed: " + IoReason.of(e), e);
        }
    }
}
