package io.muster.controller.discovery;

import io.muster.message.NodeId;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A node that a run is meant for.
 *
 * @param id its identity
 * @param name its host name as it was announced last: chosen by the node, so never trusted
 * @param presence whether it was there
 * @param boot the boot id of its machine, if it is known
 * @param nonce what it announced for requests that do not go by its clock, if it did
 */
public record Target(
        NodeId id, String name, Presence presence, Optional<String> boot, Optional<String> nonce) {

    /** A node that goes by its clock. */
    public Target(NodeId id, String name, Presence presence, Optional<String> boot) {
        this(id, name, presence, boot, Optional.empty());
    }

    /** By name, then id. */
    public static final Comparator<Target> BY_NAME =
            Comparator.comparing(Target::name).thenComparing(Target::id);

    /** The same, not to be asked because two machines are this node. */
    Target frozen() {
        return new Target(id, name, Presence.FROZEN, boot);
    }

    /** What it answers to: its id, its host name, and the host name up to the first dot. */
    public List<String> names() {
        var dot = name.indexOf('.');
        return List.of(id.value(), name, dot < 0 ? name : name.substring(0, dot));
    }
}
