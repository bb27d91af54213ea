package io.muster.hub.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code muster ca tokens}: which tokens there are. */
@Command(
        name = "tokens",
        description = "List the join tokens, without their secrets; or take one back.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {"  muster ca tokens", "  muster ca tokens --revoke 0123456789abcdef"})
final class CaTokens implements Callable<Integer> {
    private final Surroundings around;

    @Option(
            names = "--revoke",
            paramLabel = "ID",
            description = "Take this one back: nobody joins with it any more.")
    private Optional<String> revoke = Optional.empty();

    @Mixin private AuthorityOptions authority = new AuthorityOptions();

    CaTokens(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        var door = authority.door(around);
        if (revoke.isPresent()) {
            door.revoke(revoke.get());
            around.err().println("Token " + revoke.get() + " is taken back.");
            return 0;
        }
        var table = new Table("ID", "STATE", "USED", "UNTIL", "FOR IDS", "ATTESTING");
        for (var line : door.tokenLines()) {
            table.row(
                    line.id(),
                    line.state(around.clock().instant()),
                    line.used() + " of " + line.uses(),
                    Times.at(line.expires()),
                    line.pattern().glob(),
                    line.attributes().isEmpty() ? "-" : line.attributes().toString());
        }
        table.print(around.out());
        return 0;
    }
}
