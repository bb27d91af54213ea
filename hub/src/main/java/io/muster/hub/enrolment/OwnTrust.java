package io.muster.hub.enrolment;

import io.muster.config.IoReason;
import io.muster.journal.AtomicFile;
import io.muster.message.Bytes;
import io.muster.security.Documents;
import io.muster.security.Documents.Reading;
import io.muster.security.Envelope;
import io.muster.security.TrustStore;
import io.muster.trust.Revocations;
import io.muster.trust.TrustSet;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * Whom the authority itself trusts: what the newest published trust set says. A step of a change is
 * done once that set is published; {@code trust.pem}, and the copy for hub and broker, follow,
 * whoever comes first after a crash.
 */
final class OwnTrust {
    private OwnTrust() {}

    /**
     * What the files say, after they were brought up to the newest set.
     *
     * @throws AuthorityException if the set is not genuine, or the files cannot be written
     */
    static TrustStore settled(AuthorityFiles files, InstantSource clock) {
        var trust = TrustStore.load(files.trust());
        var published = RevocationRegister.bytes(files.published().resolve("trust.json"));
        if (published.isPresent()) {
            settle(files, trust, published.get(), clock);
        }
        return trust;
    }

    private static void settle(
            AuthorityFiles files, TrustStore trust, Bytes published, InstantSource clock) {
        var envelope = Envelope.decode(published);
        var set = TrustSet.decode(envelope.payload());
        switch (trust.compare(set)) {
            case KNOWN -> {}
            case NEWER -> {
                if (new Documents(trust, new Revocations(), clock).set(envelope)
                        instanceof Reading.Forged<TrustSet>(var flaw, var problem)) {
                    throw mixed(
                            files, "is not by an authority in", " (" + flaw + ": " + problem + ")");
                }
                write(files.trust(), Bytes.utf8(TrustStore.pem(set)));
                trust.replace(set);
            }
            case OLDER, DIFFERENT -> throw mixed(files, "is not what became", "");
        }
        var copy = files.hub().resolve("trust.pem");
        if (StateFile.text(copy).filter(trust.pem()::equals).isEmpty()) {
            write(copy, Bytes.utf8(trust.pem()));
        }
    }

    private static AuthorityException mixed(AuthorityFiles files, String what, String why) {
        return new AuthorityException(
                files.published().resolve("trust.json")
                        + " "
                        + what
                        + " "
                        + files.trust()
                        + why
                        + ": were files of two days mixed? Restore both from one copy");
    }

    private static void write(Path file, Bytes pem) {
        try {
            AtomicFile.replace(file, pem, "rw-r--r--");
        } catch (IOException e) {
            throw new AuthorityException(file + " cannot be written: " + IoReason.of(e), e);
        }
    }
}
