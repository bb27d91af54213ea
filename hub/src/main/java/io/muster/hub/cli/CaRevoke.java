package io.muster.hub.cli;

import io.muster.message.NodeId;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code muster ca revoke}: a node is no longer one. */
@Command(
        name = "revoke",
        description = {
            "Make all certificates of a node void. The hub lets it in no more, its key is never",
            "let in again, and nobody else gets its id: see muster ca clean for that."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {"  muster ca revoke web01", "  muster ca revoke web01 --yes"})
final class CaRevoke implements Callable<Integer> {
    private final Surroundings around;

    @Parameters(index = "0", arity = "0..1", paramLabel = "ID", description = "The node.")
    private Optional<NodeId> id = Optional.empty();

    @Mixin private Sureness sureness = new Sureness();
    @Mixin private AuthorityOptions authority = new AuthorityOptions();

    CaRevoke(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        var node = id.orElseThrow(() -> new UsageException("which ID? see muster ca list"));
        if (!sureness.sure(around, "Revoke " + node + "?")) {
            around.err().println("Nothing was changed.");
            return 1;
        }
        var ended = Ending.end(around, authority, node, false);
        around.out().println("revoked " + node + ", certificates: " + ended);
        return 0;
    }
}
