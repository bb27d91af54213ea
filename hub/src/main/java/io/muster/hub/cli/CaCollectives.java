package io.muster.hub.cli;

import io.muster.message.Collective;
import io.muster.message.NodeId;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/** {@code muster ca collectives}: a person says which collectives a node is in. */
@Command(
        name = "collectives",
        description = {
            "Say which collectives a node is in: whose requests the broker lets it read.",
            "The node itself must be told too: collectives = ... in its agent.conf."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {"  muster ca collectives web01 main dr"})
final class CaCollectives implements Callable<Integer> {
    private final Surroundings around;

    @Parameters(index = "0", paramLabel = "ID", description = "The node.")
    private Optional<NodeId> id = Optional.empty();

    @Parameters(
            index = "1..*",
            paramLabel = "COLLECTIVE",
            description = "All collectives that it is in from now on.")
    private List<Collective> collectives = new ArrayList<>();

    @Mixin private AuthorityOptions authority = new AuthorityOptions();

    CaCollectives(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        var node = id.orElseThrow(() -> new UsageException("which ID? see muster ca list"));
        if (collectives.isEmpty()) {
            throw new UsageException("which collectives? a node is in one at least");
        }
        var placed = authority.door(around).place(node, collectives, "person " + around.person());
        around.out()
                .println(
                        placed.id()
                                + " is in "
                                + placed.collectives().stream()
                                        .map(Collective::value)
                                        .collect(Collectors.joining(", ")));
        return 0;
    }
}
