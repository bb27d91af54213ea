package io.muster.hub.enrolment;

import io.muster.enrolment.JoinToken;
import io.muster.enrolment.KeyFingerprint;
import io.muster.enrolment.Listener;
import io.muster.message.Bytes;
import io.muster.message.Escape;
import io.muster.message.Json;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The join tokens a hub knows: {@code tokens/ID/token.json}, beside it one file for each use, named
 * by the key that used it, and {@code revoked} if it was. To be used under the {@link
 * EnrolmentLock} only, which together with the files makes a use happen once, whatever crashes.
 */
final class JoinTokens {
    private static final Duration KEPT = Duration.ofDays(30);
    private static final String TOKEN = "token.json";
    private static final String REVOKED = "revoked";
    private static final String USE = "use-";

    private final Path directory;
    private final RandomGenerator random;
    private final InstantSource clock;

    /**
     * A token and how far it is used up.
     *
     * @param used how many machines joined with it
     * @param revoked whether it was taken back
     */
    record Status(TokenRecord token, int used, boolean revoked) {
        boolean spent() {
            return used >= token.uses();
        }

        boolean over(Instant now) {
            return revoked || !now.isBefore(token.expires());
        }
    }

    JoinTokens(Path directory, RandomGenerator random, InstantSource clock) {
        this.directory = directory;
        this.random = random;
        this.clock = clock;
    }

    /** Makes a token and forgets its secret. */
    JoinToken create(Listener listener, TokenTerms terms) {
        purge();
        var token = JoinToken.create(random, listener);
        var now = clock.instant();
        var record =
                new TokenRecord(
                        token.id(),
                        token.key(),
                        now,
                        now.plus(terms.validity()),
                        terms.uses(),
                        terms.pattern(),
                        terms.attributes());
        var home = directory.resolve(token.id());
        try {
            OnceFile.directory(home);
            OnceFile.secret(home.resolve(TOKEN), Json.write(record.toValue()));
        } catch (IOException e) {
            throw StateFile.unwritable(home, e);
        }
        return token;
    }

    /** The token of that id. */
    Optional<Status> find(String id) {
        var home = directory.resolve(id);
        return JoinToken.isId(id)
                ? StateFile.read(home.resolve(TOKEN), "token", reader -> TokenRecord.of(id, reader))
                        .map(token -> status(home, token))
                : Optional.empty();
    }

    /** Whether that key has used the token before. */
    boolean usedBy(TokenRecord token, KeyFingerprint key) {
        return Files.exists(useFile(token, key));
    }

    /**
     * Uses the token up by one for that key; a second time for the same key changes nothing.
     *
     * @return whether there was a use left
     */
    boolean use(Status status, KeyFingerprint key) {
        if (usedBy(status.token(), key)) {
            return true;
        }
        if (status.spent()) {
            return false;
        }
        var file = useFile(status.token(), key);
        try {
            OnceFile.secret(file, Bytes.utf8(clock.instant() + "\n"));
            return true;
        } catch (IOException e) {
            throw StateFile.unwritable(file, e);
        }
    }

    /** Every token that is kept, the newest last. */
    List<Status> all() {
        return StateFile.names(directory).stream()
                .flatMap(id -> find(id).stream())
                .sorted(Comparator.comparing(status -> status.token().created()))
                .toList();
    }

    /**
     * Takes a token back: nobody joins with it any more.
     *
     * @throws AuthorityException if there is none of that id
     */
    void revoke(String id) {
        if (find(id).isEmpty()) {
            throw new AuthorityException(
                    "no token " + Escape.quoted(id) + ": see muster ca tokens");
        }
        var file = directory.resolve(id).resolve(REVOKED);
        try {
            OnceFile.secret(file, Bytes.utf8(clock.instant() + "\n"));
        } catch (FileAlreadyExistsException e) {
            return;
        } catch (IOException e) {
            throw StateFile.unwritable(file, e);
        }
    }

    private Status status(Path home, TokenRecord token) {
        var names = StateFile.names(home);
        var used = (int) names.stream().filter(name -> name.startsWith(USE)).count();
        return new Status(token, used, names.contains(REVOKED));
    }

    /** Long after its end a token is of no interest. */
    private void purge() {
        var before = clock.instant().minus(KEPT);
        for (var status : all()) {
            if (status.token().expires().isBefore(before)) {
                var home = directory.resolve(status.token().id());
                StateFile.names(home).forEach(name -> StateFile.remove(home.resolve(name)));
                StateFile.remove(home);
            }
        }
    }

    private Path useFile(TokenRecord token, KeyFingerprint key) {
        return directory.resolve(token.id()).resolve(USE + key.hex());
    }
}
