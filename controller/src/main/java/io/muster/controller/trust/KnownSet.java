package io.muster.controller.trust;

import io.muster.config.IoReason;
import io.muster.journal.AtomicFile;
import io.muster.message.Bytes;
import io.muster.security.TrustStore;
import io.muster.trust.Revocations.Novelty;
import io.muster.trust.TrustSet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whom this operator trusts, and by which trust set: {@code trust.pem} beside the keys follows when
 * the authority of the fleet is changed. Not for several threads.
 */
public final class KnownSet {
    private final TrustStore trust;
    private final KnownLists lists;
    private Optional<String> problem = Optional.empty();

    /**
     * Of that trust.
     *
     * @param trust replaced, and its file rewritten, when a newer set comes
     * @param lists those of issuers that are not trusted any more are forgotten
     */
    public KnownSet(TrustStore trust, KnownLists lists) {
        this.trust = trust;
        this.lists = lists;
        lists.revocations().keep(trust::numbers);
    }

    /** The number of the set this operator goes by; 0 if none is known. */
    public long number() {
        return trust.number();
    }

    /** Why the file could not be written, if so. */
    public Optional<String> problem() {
        return problem;
    }

    /** Goes by that set, which is genuine, and keeps it, if it is newer. */
    public void take(TrustSet set) {
        if (trust.compare(set) != Novelty.NEWER) {
            return;
        }
        trust.replace(set);
        lists.keep(trust::numbers);
        trust.file().ifPresent(this::write);
    }

    private void write(Path file) {
        try {
            AtomicFile.replace(file, Bytes.utf8(trust.pem()), "rw-r--r--");
        } catch (IOException e) {
            problem = Optional.of(file + ": cannot be kept: " + IoReason.of(e));
        }
    }
}
