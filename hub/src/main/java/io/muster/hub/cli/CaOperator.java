package io.muster.hub.cli;

import io.muster.hub.enrolment.Authority;
import io.muster.hub.enrolment.Operators;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code muster ca operator}: who may command. */
@Command(
        name = "operator",
        description = {
            "Make an operator: a key, a certificate, whom to trust, and where the bus is.",
            "In a directory that has them already only the certificate is renewed."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster ca operator bob --out /root/bob",
            "  muster ca operator alice --valid 12h --out ~/.config/muster"
        })
final class CaOperator implements Callable<Integer> {
    private final Surroundings around;

    @Parameters(index = "0", paramLabel = "NAME", description = "Who it is for.")
    private String name = "";

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Where operator.key, operator.crt and trust.pem go.")
    private Path out = Path.of("");

    @Option(
            names = "--valid",
            paramLabel = "TIME",
            description = "How long the certificate is valid (default: 7d).")
    private Optional<Duration> valid = Optional.empty();

    @Mixin private AuthorityOptions authority = new AuthorityOptions();

    CaOperator(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        issue(around, authority.directory(), name, valid, out);
        return 0;
    }

    /** Writes the files and says so. */
    static void issue(
            Surroundings around, Path directory, String name, Optional<Duration> valid, Path out) {
        var config = Authority.open(directory, around.random(), around.clock()).config();
        var credentials =
                Operators.open(directory, around.random(), around.clock())
                        .issue(
                                name,
                                valid.orElse(config.lifetimes().operator()),
                                out,
                                config.broker());
        var until = credentials.certificate().getNotAfter().toInstant();
        around.out().println("operator " + name + ": " + out + ", valid until " + Times.at(until));
        around.err()
                .println("To renew it before then: muster ca operator " + name + " --out " + out);
    }
}
