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
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

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
    private final Map<String, Known> read = new HashMap<>();

    /** One that was read, with what is worked out from its key only once. */
    private record Known(PendingRequest request, NodeId id, AddressBlock block) {
        static Known of(PendingRequest request) {
            return new Known(request, request.id(), PendingRequests.block(request));
        }
    }

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
        return known().map(Known::request)
                .sorted(Comparator.comparing(PendingRequest::since))
                .toList();
    }

    private Stream<Known> known() {
        var before = clock.instant().minus(KEPT);
        var names = StateFile.names(pending);
        read.keySet().retainAll(new HashSet<>(names));
        names.stream().filter(name -> name.endsWith(ENDING)).forEach(this::read);
        return read.values().stream().filter(known -> known.request().since().isAfter(before));
    }

    private void read(String name) {
        if (!read.containsKey(name)) {
            StateFile.read(pending.resolve(name), "pending", PendingRequest::of)
                    .ifPresent(request -> read.put(name, Known.of(request)));
        }
    }

    /** Everybody who waits for that id. */
    List<PendingRequest> of(NodeId id) {
        return known().filter(known -> known.id().equals(id)).map(Known::request).toList();
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
        var waiting = known().toList();
        forget(waiting);
        var own = block(request);
        var near = waiting.stream().filter(known -> known.block().equals(own)).count();
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

    /** Removes those that are too old to wait any longer. */
    private void forget(List<Known> waiting) {
        if (waiting.size() == read.size()) {
            return;
        }
        var kept = Collections.newSetFromMap(new IdentityHashMap<Known, Boolean>());
        kept.addAll(waiting);
        read.entrySet().stream()
                .filter(each -> !kept.contains(each.getValue()))
                .forEach(each -> StateFile.remove(pending.resolve(each.getKey())));
    }

    private Path file(KeyFingerprint key) {
        return pending.resolve(key.hex() + ENDING);
    }
}
