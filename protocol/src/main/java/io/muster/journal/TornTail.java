package io.muster.journal;

import java.nio.file.Path;

/**
 * What a crash left of a journal's last, unfinished record.
 *
 * @param file the journal
 * @param offset where the good records end
 * @param bytes how much follows that is no record
 */
public record TornTail(Path file, long offset, long bytes) {
    @Override
    public String toString() {
        return file + ": " + bytes + " bytes of an unfinished record at byte " + offset;
    }
}
