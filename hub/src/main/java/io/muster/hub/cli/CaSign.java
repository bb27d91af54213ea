package io.muster.hub.cli;

import io.muster.hub.enrolment.Authority;
import io.muster.hub.enrolment.AuthorityException;
import io.muster.hub.enrolment.Door;
import io.muster.hub.enrolment.PendingRequest;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.concurrent.Callable;

/** {@code muster ca sign}: a person lets a machine in. */
@Command(
        name = "sign",
        description = {
            "Let a machine in that waits.",
            "Compare the fingerprint with what the machine itself shows, or give it here.",
            "--all shows everybody who waits, and has their number typed back."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster ca sign web01",
            "  muster ca sign --all",
            "  muster ca sign web01 --role mail --attributes site=ams",
            "  muster ca sign web01 3f2a-91c0-77de-0a4b-5c11-e8d2-6f90-ab34"
        })
final class CaSign implements Callable<Integer> {
    private final Surroundings around;

    @Option(names = "--all", description = "Everybody who waits; asks for their number.")
    private boolean all;

    @Mixin private Attested attested = new Attested();
    @Mixin private Choice choice = new Choice();
    @Mixin private AuthorityOptions authority = new AuthorityOptions();

    CaSign(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        var _ = attested.all();
        var door = authority.door(around);
        if (all) {
            return signAll(door);
        }
        var waiting = choice.find(door);
        if (!choice.sure(around, waiting, "Does the machine show the same? Sign it?")) {
            around.err().println("Nothing was signed.");
            return 1;
        }
        sign(door, authority.open(around), waiting);
        return 0;
    }

    private void sign(Door door, Authority open, PendingRequest waiting) {
        var issued = door.sign(open, waiting, attested.all(), "person " + around.person());
        around.out()
                .println("signed " + issued.id() + ", valid until " + Times.at(issued.expires()));
    }

    /** Those who came while the person read are not among them: nobody has seen them. */
    private int signAll(Door door) {
        choice.checkNone();
        var waiting = door.waiting();
        if (waiting.isEmpty()) {
            around.err().println("Nobody waits.");
            return 0;
        }
        if (!around.terminal()) {
            throw new UsageException("--all has to be confirmed by a person at a terminal");
        }
        CaList.waiting(around, waiting).print(around.err());
        var number = Integer.toString(waiting.size());
        if (!choice.typed(around, "Sign all " + number + "? Type their number: ").equals(number)) {
            around.err().println("Nothing was signed.");
            return 1;
        }
        var open = authority.open(around);
        var failed = 0;
        for (var each : waiting) {
            try {
                sign(door, open, each);
            } catch (AuthorityException e) {
                around.err().println(each.id() + ": " + e.getMessage());
                failed++;
            }
        }
        return failed == 0 ? 0 : 1;
    }
}
