package io.muster.controller.runs;

import io.muster.config.IoReason;
import io.muster.journal.AtomicFile;
import io.muster.journal.JournalException;
import io.muster.message.Bytes;
import io.muster.message.Escape;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The file beside the journal of a run that says that it was cancelled. The journal itself is in
 * the hands of whoever runs it.
 */
record CancelMark(Path file) {
    private static final String NAME = "cancelled";

    static CancelMark beside(Path journal) {
        return new CancelMark(journal.resolveSibling(NAME));
    }

    /** Who cancelled it; a mark that cannot be read is one all the same. */
    Optional<String> by() {
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Escape.line(Files.readString(file).strip()));
        } catch (IOException _) {
            return Optional.of("somebody");
        }
    }

    /**
     * Sets it, durably; who did so first stays who it was.
     *
     * @throws JournalException if that does not work
     */
    void set(String by) {
        try {
            AtomicFile.replace(file, Bytes.utf8(by().orElse(by) + "\n"));
        } catch (IOException e) {
            throw new JournalException(
                    "nothing was cancelled: " + file + " cannot be written: " + IoReason.of(e), e);
        }
    }
}
