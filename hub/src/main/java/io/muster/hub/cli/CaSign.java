package io.muster.hub.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.concurrent.Callable;

/** {@code muster ca sign}: a person lets a machine in. */
@Command(
        name = "sign",
        description = {
            "Let a machine in that waits.",
            "Compare the fingerprint with what the machine itself shows, or give it here."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster ca sign web01",
            "  muster ca sign web01 3f2a-91c0-77de-0a4b-5c11-e8d2-6f90-ab34"
        })
final class CaSign implements Callable<Integer> {
    private final Surroundings around;

    @Mixin private Choice choice = new Choice();
    @Mixin private AuthorityOptions authority = new AuthorityOptions();

    CaSign(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        var door = authority.door(around);
        var waiting = choice.find(door);
        if (!choice.sure(around, waiting, "Does the machine show the same? Sign it?")) {
            around.err().println("Nothing was signed.");
            return 1;
        }
        var issued = door.sign(authority.open(around), waiting, "person " + around.person());
        around.out()
                .println("signed " + issued.id() + ", valid until " + Times.at(issued.expires()));
        return 0;
    }
}
