package io.muster.hub.cli;

import io.muster.message.NodeId;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code muster ca clean}: an id begins anew. */
@Command(
        name = "clean",
        description = {
            "Make all certificates of a node void, throw away what waits in its queue, and free"
                    + " its",
            "id: the next machine that joins under it is another generation, with another key.",
            "Also thaws an id that two machines had."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster ca clean web01",
            "  muster ca clean web01 --yes && muster ca token --id-pattern web01"
        })
final class CaClean implements Callable<Integer> {
    private final Surroundings around;

    @Parameters(index = "0", arity = "0..1", paramLabel = "ID", description = "The node.")
    private Optional<NodeId> id = Optional.empty();

    @Mixin private Sureness sureness = new Sureness();
    @Mixin private AuthorityOptions authority = new AuthorityOptions();

    CaClean(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        var node = id.orElseThrow(() -> new UsageException("which ID? see muster ca list"));
        if (!sureness.sure(around, "Clean " + node + "? What it was is over.")) {
            around.err().println("Nothing was changed.");
            return 1;
        }
        var ended = Ending.end(around, authority, node, "cleaned", true);
        around.out().println("cleaned " + node + ", certificates: " + ended);
        return 0;
    }
}
