package io.muster.hub.cli;

import io.muster.hub.enrolment.AuthorityConfig;
import io.muster.message.Endpoint;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code muster ca hub}: the hub moves, or its certificates near their end. */
@Command(
        name = "hub",
        description = {
            "Renew the certificates of hub and broker, with the same keys; with --host for other",
            "names and addresses, of which the first goes into join tokens. A hub that runs goes",
            "over to them within seconds."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {"  muster ca hub", "  muster ca hub --host hub.example.org --host 10.0.0.5"})
final class CaHub implements Callable<Integer> {
    private final Surroundings around;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "Name or address; may be repeated (default: as before).")
    private List<String> hosts = new ArrayList<>();

    @Mixin private AuthorityOptions authority = new AuthorityOptions();

    CaHub(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        var open = authority.open(around);
        var now = open.rehost(hosts.isEmpty() ? open.config() : changed(open.config()));
        around.out().println("hub and broker answer as: " + String.join(", ", now.hosts()));
        return 0;
    }

    private AuthorityConfig changed(AuthorityConfig old) {
        var all = new LinkedHashSet<>(hosts);
        all.addAll(OwnHosts.LOOPBACK);
        var first = hosts.getFirst();
        return new AuthorityConfig(
                new Endpoint(first, old.hub().port()),
                new Endpoint(first, old.broker().port()),
                List.copyOf(all),
                old.lifetimes());
    }
}
