package io.muster.hub.enrolment;

import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.message.Role;
import io.muster.security.Certificates;
import io.muster.security.Doorkeeper;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Whether a node's certificate counts, and which collectives it is in, as the register says, and
 * not as the node does. Reads a node's record again when it changed, so that what the command line
 * does counts at once. Thread-safe, and quick enough for ten thousand nodes that come back
 * together.
 */
public final class Memberships {
    private static final Logger LOG = System.getLogger(Memberships.class.getName());

    /** A record that was never read lets nobody read anything, and voids nothing. */
    private static final Known UNREADABLE = new Known(FileTime.fromMillis(0), Set.of(), 0, false);

    private final Register register;
    private final Set<Collective> usual;
    private final ConcurrentMap<NodeId, Known> known = new ConcurrentHashMap<>();

    /**
     * What was read of a node.
     *
     * @param generation of its certificate; certificates of earlier ones are void
     */
    private record Known(
            FileTime changed, Set<Collective> collectives, int generation, boolean ended) {}

    /**
     * The memberships in that authority's register.
     *
     * @param usual the collectives of a node that has a certificate but no record, as when the
     *     register was restored from a copy
     */
    public Memberships(AuthorityFiles files, List<Collective> usual) {
        this.register = new Register(files);
        this.usual = Set.copyOf(usual);
    }

    /**
     * The collectives of that node now; while its record cannot be read those it had, and none if
     * that is not known.
     */
    public Set<Collective> of(NodeId id) {
        return known(id).map(Known::collectives).orElse(usual);
    }

    /**
     * The identity that a TLS chain proves now. Whose certificate is void here is let in no more,
     * and cut off soon if it was.
     */
    public Optional<Identity> identify(Doorkeeper doorkeeper, X509Certificate[] chain) {
        return doorkeeper.identify(chain).filter(_ -> admits(chain[0]));
    }

    /**
     * Whether that certificate has not been made void; one that the register does not know, as when
     * it was restored from a copy, counts.
     */
    public boolean admits(X509Certificate certificate) {
        var identity = Certificates.identity(certificate);
        if (identity.role() != Role.NODE) {
            return true;
        }
        var generation = Certificates.generation(certificate);
        return known(identity.nodeId())
                .map(
                        k ->
                                generation > k.generation()
                                        || (generation == k.generation() && !k.ended()))
                .orElse(true);
    }

    private Optional<Known> known(NodeId id) {
        var before = Optional.ofNullable(known.get(id));
        try {
            return register.changed(id).flatMap(at -> recorded(id, at, before));
        } catch (AuthorityException e) {
            LOG.log(Level.ERROR, () -> "the record of " + id + ": " + e.getMessage());
            return Optional.of(before.orElse(UNREADABLE));
        }
    }

    private Optional<Known> recorded(NodeId id, FileTime changed, Optional<Known> before) {
        if (before.isPresent() && before.get().changed().equals(changed)) {
            return before;
        }
        var read =
                register.of(id)
                        .map(
                                latest ->
                                        new Known(
                                                changed,
                                                Set.copyOf(latest.collectives()),
                                                latest.generation(),
                                                latest.ended().isPresent()));
        read.ifPresent(now -> known.put(id, now));
        return read;
    }
}
