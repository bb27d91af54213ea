package io.muster.hub.cli;

import io.muster.hub.enrolment.Authority;
import io.muster.hub.enrolment.Operators;
import io.muster.hub.enrolment.RevocationRegister;
import io.muster.trust.RevocationList;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.time.Duration;
import java.util.concurrent.Callable;

/** {@code muster ca publish}: says which operators are void, and that nobody hides newer word. */
@Command(
        name = "publish",
        description = {
            "Sign the next revocation list of operators; needs the issuer of operators.",
            "Do so before the last one is over, also when nobody was revoked: nodes that have had",
            "a list change nothing when it is too old. The hub hands it out within seconds, and",
            "renews the list of nodes by itself."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {"  muster ca publish", "  muster ca publish --next 3d"})
final class CaPublish implements Callable<Integer> {
    /** What nodes bear with unless told otherwise. */
    private static final String WEEK = "7d";

    private final Surroundings around;

    @Option(
            names = "--next",
            paramLabel = "TIME",
            defaultValue = WEEK,
            description = {
                "When there will be another; a node takes no list for longer than its list-age",
                "(default: ${DEFAULT-VALUE})."
            })
    private Duration next = Operators.LIST_VALIDITY;

    @Mixin private Unlocking unlocking = new Unlocking();
    @Mixin private AuthorityOptions authority = new AuthorityOptions();

    CaPublish(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        if (!next.isPositive()) {
            throw new UsageException("--next: must be longer than nothing");
        }
        var online = authority.open(around);
        tell(
                around,
                Ending.operators(around, authority, unlocking)
                        .publish(register(online, around), next));
        return 0;
    }

    static RevocationRegister register(Authority online, Surroundings around) {
        return new RevocationRegister(online.files(), online.trust().fleet(), around.clock());
    }

    static void tell(Surroundings around, RevocationList list) {
        around.out()
                .println(
                        "list "
                                + list.number()
                                + " of the "
                                + list.issuer()
                                + " issuer: "
                                + list.revoked().size()
                                + " revoked, next before "
                                + Times.at(list.nextUpdate()));
    }
}
