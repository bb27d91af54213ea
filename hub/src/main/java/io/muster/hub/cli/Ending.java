package io.muster.hub.cli;

import io.muster.message.NodeId;

/** Ends a node, and tells whoever must hear of it. */
final class Ending {
    private Ending() {}

    /** How many certificates are void now that were not over anyway. */
    static int end(Surroundings around, AuthorityOptions authority, NodeId node, boolean free) {
        var ended = authority.door(around).end(node, free, "person " + around.person());
        return ended.size();
    }
}
