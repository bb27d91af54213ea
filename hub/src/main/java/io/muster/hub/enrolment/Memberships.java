package io.muster.hub.enrolment;

import io.muster.message.Collective;
import io.muster.message.NodeId;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Which collectives a node is in, as the register says, and not as the node does. Reads a node's
 * record again when it changed, so that what the command line does counts at once. Thread-safe, and
 * quick enough for ten thousand nodes that come back together.
 */
public final class Memberships {
    private static final Logger LOG = System.getLogger(Memberships.class.getName());

    private final Register register;
    private final Set<Collective> usual;
    private final ConcurrentMap<NodeId, Known> known = new ConcurrentHashMap<>();

    private record Known(FileTime changed, Set<Collective> collectives) {}

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
        var before = Optional.ofNullable(known.get(id));
        try {
            return register.changed(id).map(at -> recorded(id, at, before)).orElse(usual);
        } catch (AuthorityException e) {
            LOG.log(Level.ERROR, () -> "the collectives of " + id + ": " + e.getMessage());
            return before.map(Known::collectives).orElse(Set.of());
        }
    }

    private Set<Collective> recorded(NodeId id, FileTime changed, Optional<Known> before) {
        if (before.isPresent() && before.get().changed().equals(changed)) {
            return before.get().collectives();
        }
        var collectives =
                register.of(id)
                        .map(Issued::collectives)
                        .<Set<Collective>>map(Set::copyOf)
                        .orElse(usual);
        known.put(id, new Known(changed, collectives));
        return collectives;
    }
}
