package io.muster.hub.cli;

import io.muster.enrolment.Listener;
import io.muster.hub.enrolment.Door;
import io.muster.hub.enrolment.IdPattern;
import io.muster.hub.enrolment.TokenTerms;
import io.muster.message.Endpoint;
import io.muster.message.Escape;
import io.muster.security.Attributes;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code muster ca token}: one word that lets a machine join. */
@Command(
        name = "token",
        description = {
            "Make a join token: one word on standard output, shown this once.",
            "Whoever has it can join, so it is short-lived and used up; revoke ID takes it back."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster ca token",
            "  muster ca token --uses 20 --valid 15m --id-pattern 'web-*'",
            "  muster ca token --uses 5 --role mail --attributes site=ams,env=prod",
            "  muster ca token revoke 0123456789abcdef",
            "  ssh web01 muster agent join $(muster ca token)"
        })
final class CaToken implements Callable<Integer> {
    private final Surroundings around;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "revoke",
            description = "Take a token back instead of making one.")
    private Optional<String> revoke = Optional.empty();

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "ID",
            description = "Which one: see muster ca tokens.")
    private Optional<String> id = Optional.empty();

    @Option(
            names = "--uses",
            paramLabel = "N",
            description = "How many machines may join with it (default: 1).")
    private int uses = 1;

    @Option(
            names = "--valid",
            paramLabel = "TIME",
            description = "How long: 15m, 1h, at most 30d (default: 1h).")
    private Duration valid = Duration.ofHours(1);

    @Option(
            names = "--id-pattern",
            paramLabel = "GLOB",
            description = "Which ids a machine may have: * and ? (default: any).")
    private IdPattern pattern = IdPattern.ANY;

    @Option(
            names = "--hub",
            paramLabel = "HOST:PORT",
            description = "Where machines find the hub (default: as at ca init).")
    private Optional<Endpoint> hub = Optional.empty();

    @Mixin private Attested attested = new Attested();
    @Mixin private AuthorityOptions authority = new AuthorityOptions();

    CaToken(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        return revoke.isPresent() ? takeBack(revoke.get()) : make();
    }

    private int takeBack(String word) {
        if (!word.equals("revoke")) {
            throw new UsageException("only revoke ID, and not " + Escape.quoted(word));
        }
        var token = id.orElseThrow(() -> new UsageException("which ID? see muster ca tokens"));
        authority.door(around).revoke(token);
        around.err().println("Token " + Escape.line(token) + " is taken back.");
        return 0;
    }

    private int make() {
        var attributes = attested.all().orElse(Attributes.NONE);
        var open = authority.open(around);
        var place = hub.orElse(open.config().hub());
        var door = new Door(open.files(), around.random(), around.clock());
        var listener = new Listener(place, open.rootFingerprint());
        var token = door.token(listener, new TokenTerms(uses, valid, pattern, attributes));
        around.out().println(token.printed());
        around.err()
                .println(
                        "Valid until "
                                + Times.at(around.clock().instant().plus(valid))
                                + " for "
                                + (uses == 1 ? "one machine" : uses + " machines")
                                + (pattern.equals(IdPattern.ANY) ? "" : " with ids like " + pattern)
                                + (attributes.isEmpty() ? "" : ", attesting " + attributes)
                                + "; there: muster agent join TOKEN");
        if (!open.config().hosts().contains(place.host())) {
            around.err()
                    .println(
                            "The hub's certificate is not for "
                                    + place.host()
                                    + ": machines will refuse it; see muster ca hub --help");
        }
        return 0;
    }
}
