package io.muster.controller.cli;

import io.muster.controller.ExitCode;
import io.muster.message.Escape;
import io.muster.message.RequestId;
import io.muster.security.PayloadType;
import io.muster.trust.Release;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code muster unlock ID}: ends a lock for good. */
@Command(
        name = "unlock",
        description = {
            "End a lock; muster lock list has the ids, of which the first eight digits do.",
            "Say it again for nodes that were away: a node that knows it already does",
            "nothing."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {"  muster unlock 7c9e6679 --reason 'new key made'"})
final class UnlockCommand implements Callable<ExitCode> {
    private final Surroundings around;

    @Parameters(index = "0", paramLabel = "ID", description = "The lock.")
    private String id = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why: kept in the audit logs.")
    private String reason = "";

    @Mixin private CommonOptions common = new CommonOptions();
    @Mixin private CollectiveOption collective = new CollectiveOption();
    @Mixin private OutputOptions output = new OutputOptions();

    UnlockCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public ExitCode call() throws InterruptedException {
        output.form();
        if (!id.matches("[0-9a-f]{8,32}")) {
            throw new UsageException(
                    "not the id of a lock, 8 to 32 hexadecimal digits: " + Escape.quoted(id));
        }
        try (var session = Session.open(around, common, collective.get())) {
            var lock = find(session);
            session.caller()
                    .proclaim(
                            PayloadType.RELEASE,
                            release(session, lock).encode(),
                            new Obedience(session).everywhere());
            return new Obedience(session)
                    .show(around, output, Obedience.UNLOCKED, lock, Optional.empty());
        }
    }

    private RequestId find(Session session) throws InterruptedException {
        if (id.length() == 32) {
            return new RequestId(id);
        }
        var told = session.hubTrust().ask(session.config().patience().hub());
        if (told.isEmpty()) {
            throw new UnableException("the hub does not say what is locked: give the whole id");
        }
        var matching =
                told.get().locks().stream()
                        .map(io.muster.trust.Lock::id)
                        .filter(lock -> lock.value().startsWith(id))
                        .toList();
        if (matching.size() != 1) {
            throw new UnableException(
                    matching.size()
                            + " locks have an id that begins with "
                            + id
                            + ": see muster lock list");
        }
        return matching.getFirst();
    }

    private Release release(Session session, RequestId lock) {
        var who = session.caller().identity();
        try {
            return new Release(
                    lock,
                    who.fleet(),
                    Optional.of(who),
                    reason,
                    around.clock().instant().truncatedTo(ChronoUnit.MILLIS));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--reason: " + e.getMessage());
        }
    }
}
