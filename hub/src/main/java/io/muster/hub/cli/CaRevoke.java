package io.muster.hub.cli;

import io.muster.hub.trust.Bulletin;
import io.muster.message.Escape;
import io.muster.message.NodeId;
import io.muster.message.Role;
import io.muster.trust.RevocationList.Revoked;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.concurrent.Callable;

/** {@code muster ca revoke}: a node is no longer one, or an operator, or a key of the hub. */
@Command(
        name = "revoke",
        description = {
            "Make all certificates of a node or an operator void. A node: the hub lets it in no",
            "more, its key is never let in again, and nobody else gets its id: see muster ca clean",
            "for that. An operator (needs the issuer of operators): every node and the broker hear",
            "of it within seconds; muster ca operator makes a new key. The hub or the broker: it"
                    + " gets",
            "a new key here, and whoever has the old one is not connected to any more."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster ca revoke web01",
            "  muster ca revoke web01 --yes",
            "  muster ca revoke operator/alice --reason 'laptop stolen'",
            "  muster ca revoke broker/main --reason 'its disk was sold'"
        })
final class CaRevoke implements Callable<Integer> {
    private static final String OPERATOR = "operator/";

    private final Surroundings around;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "ID|ROLE/NAME",
            description = "A node; operator/NAME; hub/main; broker/main.")
    private String who = "";

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            description = "Why: whoever is refused is told (default: revoked).")
    private String reason = "revoked";

    @Mixin private Sureness sureness = new Sureness();
    @Mixin private Unlocking unlocking = new Unlocking();
    @Mixin private AuthorityOptions authority = new AuthorityOptions();

    CaRevoke(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        if (who.isEmpty()) {
            throw new UsageException(
                    "which ID? see muster ca list; or operator/NAME, hub/main, broker/main");
        }
        try {
            Revoked.checkReason(reason);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--reason: " + e.getMessage());
        }
        return switch (who) {
            case "hub/main" -> server(Role.HUB);
            case "broker/main" -> server(Role.BROKER);
            default ->
                    who.startsWith(OPERATOR) ? operator(who.substring(OPERATOR.length())) : node();
        };
    }

    private int server(Role role) {
        var question = "Revoke what the " + role.word() + " has, and make it a new key?";
        if (!sureness.sure(around, question)) {
            return unchanged();
        }
        var open = authority.open(around);
        var register = CaPublish.register(open, around);
        var ended = open.rekey(role, register, reason);
        var list = open.publish(register, Bulletin.NODES_LIST);
        around.out().println("revoked " + who + ", certificates: " + ended + "; it has a new key");
        CaPublish.tell(around, list);
        around.err()
                .println(
                        "Start muster hub again now: with its old key it is cut off from its"
                                + " broker. To an external broker copy the new key and certificate"
                                + " first.");
        return 0;
    }

    private int node() {
        NodeId node;
        try {
            node = new NodeId(who);
        } catch (IllegalArgumentException e) {
            throw new UsageException(
                    Escape.quoted(who)
                            + ": neither the id of a node nor operator/NAME, hub/main or"
                            + " broker/main");
        }
        if (!sureness.sure(around, "Revoke " + node + "?")) {
            return unchanged();
        }
        var ended = Ending.end(around, authority, node, reason, false);
        around.out().println("revoked " + node + ", certificates: " + ended);
        return 0;
    }

    private int operator(String name) {
        var operators = Ending.operators(around, authority, unlocking);
        var valid = operators.issued(name).size();
        if (valid == 0) {
            throw new UsageException(
                    "operator/"
                            + Escape.line(name)
                            + " has no certificate that is good for anything any more; nothing was"
                            + " changed");
        }
        if (!sureness.sure(around, "Revoke operator/" + name + "? Certificates: " + valid + ".")) {
            return unchanged();
        }
        var list =
                operators.revoke(CaPublish.register(authority.open(around), around), name, reason);
        around.out().println("revoked operator/" + name + ", certificates: " + valid);
        CaPublish.tell(around, list);
        return 0;
    }

    private int unchanged() {
        around.err().println("Nothing was changed.");
        return 1;
    }
}
