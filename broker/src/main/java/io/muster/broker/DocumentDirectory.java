package io.muster.broker;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.muster.config.ConfigException;
import io.muster.config.FileGuard;
import io.muster.documents.Board;
import io.muster.documents.Board.Taken;
import io.muster.documents.DocumentFiles;
import io.muster.message.Bytes;
import io.muster.message.Escape;
import io.muster.message.Identity;
import io.muster.message.IssuerName;
import io.muster.message.MalformedException;
import io.muster.security.Documents;
import io.muster.security.Doorkeeper;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;
import io.muster.security.SecurityFileException;
import io.muster.security.TrustStore;
import io.muster.trust.Lock;
import io.muster.trust.Release;
import io.muster.trust.RevocationList;
import io.muster.trust.Revocations;
import io.muster.trust.TrustSet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Who is revoked, who is locked and whom to trust, for a broker that has no hub beside it: a
 * directory of signed documents as the hub keeps one, or a copy of it, looked at again and again.
 * Nothing there is believed that the hub would not believe, and nothing is taken back by an older
 * document, a damaged one or none. Thread-safe.
 */
final class DocumentDirectory {
    private static final System.Logger LOG = System.getLogger(DocumentDirectory.class.getName());
    private static final Duration RETRY = Duration.ofMinutes(1);

    private final Path directory;
    private final TrustStore trust;
    private final Revocations revocations = new Revocations();
    private final Board board;
    private final Doorkeeper doorkeeper;
    private final InstantSource clock;

    /** What each file was like when it was read: another one has another of these. */
    private final Map<Path, Map<String, Object>> seen = new HashMap<>();

    private final Map<Path, Problem> problems = new HashMap<>();
    private Set<Problem> told = Set.of();
    private Instant retried = Instant.EPOCH;

    /**
     * A document, not verified.
     *
     * @param order as the hub heard them: whom to trust and who is revoked first, then by time, for
     *     somebody may have been locked after what he himself locked
     */
    private record Found(Path file, PayloadType type, Bytes document, long order) {}

    /**
     * What is wrong for as long as it lasts.
     *
     * @param grave if nobody starts with it; a lock can be void in the course of things
     */
    private record Problem(String text, boolean grave) {}

    /**
     * Reads it.
     *
     * @param trust replaced when a newer trust set comes
     * @param mayLock whose locks and releases count
     * @throws ConfigException if something there cannot be used, or there is no list of the nodes
     *     issuer, which every hub makes
     */
    DocumentDirectory(
            Path directory, TrustStore trust, Predicate<Identity> mayLock, InstantSource clock) {
        this.directory = directory;
        this.trust = trust;
        this.clock = clock;
        this.board =
                new Board(new Documents(trust, revocations, clock), revocations, mayLock, clock);
        this.doorkeeper =
                new Doorkeeper(
                        trust,
                        revocations,
                        (who, keyid) -> board.lockOn(who, keyid).isPresent(),
                        clock);
        look();
        var grave = problems.values().stream().filter(Problem::grave).map(Problem::text).toList();
        if (!grave.isEmpty()) {
            throw new ConfigException(grave);
        }
        if (board.list(IssuerName.NODES).isEmpty()) {
            throw new ConfigException(
                    directory
                            + " has no revocation list of the nodes issuer: the hub keeps its"
                            + " documents where the setting documents says; bring them here");
        }
    }

    /** Who that is, the leaf being first, unless revoked or locked. */
    Optional<Identity> identify(X509Certificate[] chain) {
        return doorkeeper.identify(chain);
    }

    /** Looks for news, and says what is wrong, once; whether there was any. */
    synchronized boolean refresh() {
        var now = clock.instant();
        if (!now.isBefore(retried.plus(RETRY))) {
            retried = now;
            retry();
        }
        var news = look();
        board.tidy();
        tell(now);
        return news;
    }

    /** What was wrong when it was looked at last. */
    synchronized List<String> problems() {
        return told.stream().map(Problem::text).toList();
    }

    /** What could not be used may be good under another trust or another time. */
    private void retry() {
        seen.keySet().removeAll(problems.keySet());
    }

    private synchronized boolean look() {
        var news = false;
        try {
            FileGuard.forThisProcess().trusted(directory);
            problems.remove(directory);
            for (var found : changed()) {
                news |= take(found);
            }
        } catch (ConfigException | SecurityFileException e) {
            problems.put(directory, new Problem(String.valueOf(e.getMessage()), true));
        }
        return news;
    }

    private List<Found> changed() {
        var files = new DocumentFiles(directory).files();
        seen.keySet().retainAll(files);
        problems.keySet().retainAll(files);
        var changed = new ArrayList<Found>();
        for (var file : files) {
            try {
                var now = Files.readAttributes(file, "unix:ino,ctime,size");
                if (!now.equals(seen.put(file, now))) {
                    problems.remove(file);
                    changed.add(read(file));
                }
            } catch (IOException e) {
                // it went between two looks
                seen.remove(file);
            } catch (ConfigException | SecurityFileException e) {
                problems.put(file, new Problem(String.valueOf(e.getMessage()), true));
            } catch (MalformedException e) {
                problems.put(file, new Problem(file + " is damaged: " + e.problem(), true));
            }
        }
        changed.sort(Comparator.comparingLong(Found::order));
        return changed;
    }

    private static Found read(Path file) {
        FileGuard.forThisProcess().trusted(file);
        var document = DocumentFiles.read(file);
        var envelope = Envelope.decode(document);
        return new Found(file, envelope.type(), document, order(envelope));
    }

    private static long order(Envelope envelope) {
        return switch (envelope.type()) {
            case TRUST -> Long.MIN_VALUE;
            case LOCK -> Lock.decode(envelope.payload()).issued().toEpochMilli();
            case RELEASE -> Release.decode(envelope.payload()).issued().toEpochMilli();
            case REVOCATION, POLICY, REQUEST, REPLY, ANNOUNCEMENT, CHECKPOINT, ROLLCALL, APPROVAL ->
                    Long.MIN_VALUE + 1;
        };
    }

    private boolean take(Found found) {
        return switch (board.take(found.document())) {
            case Taken.News(String what) -> {
                LOG.log(INFO, () -> Escape.line(what) + ": counts here");
                if (found.type() == PayloadType.TRUST) {
                    board.set().ifPresent(this::goBy);
                }
                yield true;
            }
            case Taken.Nothing() -> false;
            case Taken.Refused(String problem) -> {
                var mayBe = found.type() == PayloadType.LOCK || found.type() == PayloadType.RELEASE;
                var text = found.file() + " does not count here: " + problem;
                problems.put(found.file(), new Problem(text, !mayBe));
                yield false;
            }
        };
    }

    private void goBy(TrustSet set) {
        if (set.number() > trust.number()) {
            trust.replace(set);
            revocations.keep(trust::numbers);
            retry();
        }
    }

    private void tell(Instant now) {
        var wrong = new HashSet<>(problems.values());
        for (var issuer : IssuerName.values()) {
            board.list(issuer)
                    .filter(list -> now.isAfter(list.nextUpdate()))
                    .ifPresent(list -> wrong.add(stale(list)));
        }
        for (var problem : wrong) {
            if (!told.contains(problem)) {
                LOG.log(
                        problem.grave() ? ERROR : WARNING,
                        () -> Escape.line(problem.text()) + "; what was known before counts");
            }
        }
        told = wrong;
    }

    /** Whoever keeps lists from this broker shows by their age. */
    private Problem stale(RevocationList list) {
        return new Problem(
                directory
                        + ": list "
                        + list.number()
                        + " of the "
                        + list.issuer()
                        + " issuer is stale since "
                        + list.nextUpdate(),
                true);
    }
}
