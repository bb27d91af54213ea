package io.muster.hub.cli;

import io.muster.hub.enrolment.Operators;
import io.muster.security.Attributes;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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
            "  muster ca operator alice --valid 2h --out ~/.config/muster",
            "  muster ca operator deploy --valid 7d --attributes team=web --out /root/deploy"
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
            description = "How long the certificate is valid (default: 12h, at most 7d).")
    private Optional<Duration> valid = Optional.empty();

    @Option(
            names = "--attributes",
            paramLabel = "NAME=VALUE,...",
            description = "What the certificate attests, for policies (default: nothing).")
    private Optional<Attributes> attributes = Optional.empty();

    @Mixin private Unlocking unlocking = new Unlocking();
    @Mixin private OperatorPassphrase passphrase = new OperatorPassphrase();
    @Mixin private AuthorityOptions authority = new AuthorityOptions();

    CaOperator(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        var open = authority.open(around);
        var wanted =
                new Operators.Wanted(
                        name,
                        valid.orElse(open.config().lifetimes().operator()),
                        attributes.orElse(Attributes.NONE));
        var certificate =
                Operators.open(
                                authority.directory(),
                                unlocking.source(around),
                                around.random(),
                                around.clock())
                        .issue(
                                wanted,
                                out,
                                open.config().broker(),
                                () -> passphrase.choose(around, name));
        report(around, wanted, out, certificate.getNotAfter().toInstant());
        return 0;
    }

    /** Says what was written. */
    static void report(Surroundings around, Operators.Wanted wanted, Path out, Instant end) {
        var until = Times.at(end);
        around.out().println("operator " + wanted.name() + ": " + out + ", valid until " + until);
        around.err()
                .println(
                        "To renew it before then: muster ca operator "
                                + wanted.name()
                                + " --out "
                                + out);
    }
}
