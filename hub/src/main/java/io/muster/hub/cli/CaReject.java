package io.muster.hub.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.concurrent.Callable;

/** {@code muster ca reject}: a person turns a machine away. */
@Command(
        name = "reject",
        description = "Turn a machine away that waits; its key stays out, even with a token.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {"  muster ca reject web01"})
final class CaReject implements Callable<Integer> {
    private final Surroundings around;

    @Mixin private Choice choice = new Choice();
    @Mixin private AuthorityOptions authority = new AuthorityOptions();

    CaReject(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        var door = authority.door(around);
        var waiting = choice.find(door);
        if (!choice.sure(around, waiting, "Turn it away for good?")) {
            around.err().println("Nothing was changed.");
            return 1;
        }
        door.reject(waiting);
        around.out().println("rejected " + waiting.id() + ", key " + waiting.fingerprint());
        return 0;
    }
}
