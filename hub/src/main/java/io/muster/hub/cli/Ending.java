package io.muster.hub.cli;

import io.muster.hub.enrolment.Operators;
import io.muster.hub.trust.Bulletin;
import io.muster.message.Identity;
import io.muster.message.IssuerName;
import io.muster.message.NodeId;
import io.muster.trust.RevocationList.Revoked;

/** Ends a node, and tells whoever must hear of it. */
final class Ending {
    private Ending() {}

    /** How many certificates are void now that were not over anyway. */
    static int end(
            Surroundings around,
            AuthorityOptions authority,
            NodeId node,
            String reason,
            boolean free) {
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
                            reason));
        }
        online.publish(register, Bulletin.NODES_LIST);
        return ended.size();
    }

    /** The issuer of operators, unlocked. */
    static Operators operators(
            Surroundings around, AuthorityOptions authority, Unlocking unlocking) {
        return Operators.open(
                authority.directory(), unlocking.source(around), around.random(), around.clock());
    }
}
