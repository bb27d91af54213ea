package io.muster.hub.enrolment;

import io.muster.enrolment.KeyFingerprint;
import io.muster.message.Bytes;
import io.muster.message.Json;
import io.muster.message.NodeId;
import io.muster.transport.AddressBlock;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who waits for a person: {@code pending/FINGERPRINT.json}, and {@code rejected/FINGERPRINT} for
 * whom a person turned away. Bounded in number, in all and for each address; those who waited for a
 * week are forgotten. To be used under the {@link EnrolmentLock} only.
 */
final class PendingRequests {
    /** The most that wait at a time. */
    static final int MAX = 1_000;

    /** The most that wait at a time from one address, or IPv6 network. */
    static final int MAX_PER_SOURCE = 100;

    private static final Duration KEPT = Duration.ofDays(7);
    private static final String ENDING = ".json";

    private final Path pending;
    private final Path rejected;
    private final InstantSource clock;

    /** By file name; each file is written once, so what was read once stays true. */
    private final Map<String, PendingRequest> read = new HashMap<>();

    PendingRequests(AuthorityFiles files, InstantSource clock) {
        this.pending = files.pending();
        this.rejected = files.rejected();
        this.clock = clock;
    }

    /** Who waits with that key. */
    Optional<PendingRequest> of(KeyFingerprint key) {
        return StateFile.read(file(key), "pending", PendingRequest::of);
    }

    /** Everybody who waits, the longest waiting first. */
    List<PendingRequest> all() {
        var before = clock.instant().minus(KEPT);
        var names = StateFile.names(pending);
        read.keySet().retainAll(names);
        names.stream().filter(name -> name.endsWith(ENDING)).forEach(this::read);
        return read.values().stream()
                .filter(request -> request.since().isAfter(before))
                .sorted(Comparator.comparing(PendingRequest::since))
                .toList();
    }

    private void read(String name) {
        if (!read.containsKey(name)) {
            StateFile.read(pending.resolve(name), "pending", PendingRequest::of)
                    .ifPresent(request -> read.put(name, request));
        }
    }

    /** Everybody who waits for that id. */
    List<PendingRequest> of(NodeId id) {
        return all().stream().filter(request -> request.id().equals(id)).toList();
    }

    /**
     * Lets somebody wait; a key that waits already goes on as it was.
     *
     * @return whether there is room
     */
    boolean add(PendingRequest request) {
        if (of(request.fingerprint()).isPresent()) {
            return true;
        }
        var waiting = all();
        forget(waiting);
        var near = waiting.stream().filter(r -> block(r).equals(block(request))).count();
        if (waiting.size() >= MAX || near >= MAX_PER_SOURCE) {
            return false;
        }
        var file = file(request.fingerprint());
        try {
            OnceFile.secret(file, Json.write(request.toValue()));
            return true;
        } catch (IOException e) {
            throw StateFile.unwritable(file, e);
        }
    }

    private static AddressBlock block(PendingRequest request) {
        return AddressBlock.of(request.source());
    }

    /** That key waits no longer. */
    void remove(KeyFingerprint key) {
        StateFile.remove(file(key));
    }

    /** That key is turned away for good. */
    void reject(KeyFingerprint key) {
        var file = rejected.resolve(key.hex());
        try {
            OnceFile.secret(file, Bytes.utf8(clock.instant() + "\n"));
        } catch (FileAlreadyExistsException e) {
            // a person said so before
        } catch (IOException e) {
            throw StateFile.unwritable(file, e);
        }
        remove(key);
    }

    /** Whether a person turned that key away. */
    boolean rejected(KeyFingerprint key) {
        return Files.exists(rejected.resolve(key.hex()));
    }

    private void forget(List<PendingRequest> waiting) {
        var known = waiting.stream().map(r -> r.fingerprint().hex() + ENDING).toList();
        StateFile.names(pending).stream()
                .filter(name -> name.endsWith(ENDING) && !known.contains(name))
                .forEach(name -> StateFile.remove(pending.resolve(name)));
    }

    private Path file(KeyFingerprint key) {
        return pending.resolve(key.hex() + ENDING);
    }
}
