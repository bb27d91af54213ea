package io.muster.hub.cli;

import io.muster.message.Role;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.util.List;
import java.util.concurrent.Callable;

/** {@code muster ca renew}: the hub's certificates, before it does so by itself. */
@Command(
        name = "renew",
        description = {
            "Renew the certificate of the hub or its broker now, with the same key. The hub does",
            "so by itself at half of their life; one that runs goes over within seconds.",
            "Nodes renew theirs by themselves, operators with muster ca operator; new issuers come",
            "with muster ca change begin --issuers-only."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {"  muster ca renew hub", "  muster ca renew broker"})
final class CaRenew implements Callable<Integer> {
    private final Surroundings around;

    @Parameters(index = "0", arity = "0..1", paramLabel = "hub|broker", description = "Which.")
    private String which = "";

    @Mixin private AuthorityOptions authority = new AuthorityOptions();

    CaRenew(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        if (which.equals("issuers")) {
            throw new UsageException(
                    "issuers are renewed in three steps: muster ca change begin --issuers-only");
        }
        var role =
                List.of(Role.HUB, Role.BROKER).stream()
                        .filter(r -> r.word().equals(which))
                        .findFirst()
                        .orElseThrow(() -> new UsageException("which: hub or broker?"));
        var until = authority.open(around).renewNow(role).getNotAfter().toInstant();
        around.out().println(which + ": valid until " + Times.at(until));
        return 0;
    }
}
