package io.muster.hub.cli;

import io.muster.hub.trust.Bulletin;
import io.muster.message.Identity;
import io.muster.message.IssuerName;
import io.muster.message.NodeId;
import io.muster.trust.RevocationList.Revoked;

/** Ends a node, and tells whoever must hear of it. */
final class Ending {
    private Ending() {}

    /** How many certificates are void now that were not over anyway. */
    static int end(Surroundings around, AuthorityOptions authority, NodeId node, boolean free) {
        var ended = authority.door(around).end(node, free, "person " + around.person());
        var online = authority.open(around);
        var register = CaPublish.register(online, around);
        for (var each : ended) {
            register.add(
                    IssuerName.NODES,
                    new Revoked(
                            Identity.node(online.trust().fleet(), each.id()),
                            each.serial(),
                            each.expires(),
                            free ? "cleaned" : "revoked"));
        }
        online.publish(register, Bulletin.NODES_LIST);
        return ended.size();
    }
}
