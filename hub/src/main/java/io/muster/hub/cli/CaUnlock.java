package io.muster.hub.cli;

import io.muster.message.Escape;
import io.muster.message.RequestId;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code muster ca unlock}: the way out when a thief has locked all operators. */
@Command(
        name = "unlock",
        description = {
            "End locks in the name of the authority; needs the issuer of operators, and nobody's",
            "right. For the day on which a thief has locked everybody else: revoke its key first."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {"  muster ca unlock 7c9e6679f4b24d3e8a1b5c6d7e8f9a0b"})
final class CaUnlock implements Callable<Integer> {
    private final Surroundings around;

    @Parameters(
            arity = "1..*",
            paramLabel = "ID",
            description = "The whole id of each: nodes tell it when they refuse, and trust.status.")
    private List<String> ids = List.of();

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why: kept in the audit logs.")
    private String reason = "by the authority";

    @Mixin private Unlocking unlocking = new Unlocking();
    @Mixin private AuthorityOptions authority = new AuthorityOptions();

    CaUnlock(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        var locks = new ArrayList<RequestId>();
        for (var id : ids) {
            try {
                locks.add(new RequestId(id));
            } catch (IllegalArgumentException e) {
                throw new UsageException("not the whole id of a lock: " + Escape.quoted(id));
            }
        }
        var register = CaPublish.register(authority.open(around), around);
        var operators = Ending.operators(around, authority, unlocking);
        for (var lock : locks) {
            operators.release(register, lock, reason);
            around.out().println("unlocked " + lock);
        }
        return 0;
    }
}
