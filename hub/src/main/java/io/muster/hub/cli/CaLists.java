package io.muster.hub.cli;

import io.muster.message.Escape;
import io.muster.message.IssuerName;
import io.muster.message.Json;
import io.muster.message.Value.Fields;
import io.muster.trust.RevocationList;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.concurrent.Callable;

/** {@code muster ca lists}: which certificates are void. */
@Command(
        name = "lists",
        description = "Show the newest revocation list of each issuer, and who is on it.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {"  muster ca lists", "  muster ca lists --output jsonl"})
final class CaLists implements Callable<Integer> {
    private final Surroundings around;

    /** Forms of output. */
    enum Form {
        text,
        jsonl
    }

    @Option(names = "--output", paramLabel = "FORM", description = "text or jsonl (default: text).")
    private Form form = Form.text;

    @Mixin private AuthorityOptions authority = new AuthorityOptions();

    CaLists(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        var register = CaPublish.register(authority.open(around), around);
        var table = new Table("REVOKED", "SERIAL", "UNTIL", "BY", "REASON");
        var entries = 0;
        for (var issuer : IssuerName.values()) {
            var list = register.list(issuer);
            if (list.isEmpty()) {
                around.err().println("no list of the " + issuer + " issuer was ever published");
                continue;
            }
            var late = !around.clock().instant().isBefore(list.get().nextUpdate());
            around.err()
                    .println(
                            "list "
                                    + list.get().number()
                                    + " of the "
                                    + issuer
                                    + " issuer, of "
                                    + Times.at(list.get().issued())
                                    + (late ? ", should have been replaced by " : ", next before ")
                                    + Times.at(list.get().nextUpdate()));
            for (var entry : list.get().revoked()) {
                entries++;
                switch (form) {
                    case text ->
                            table.row(
                                    entry.identity().brief(),
                                    entry.serial(),
                                    Times.at(entry.until()),
                                    issuer.word(),
                                    Escape.line(entry.reason()));
                    case jsonl ->
                            around.out()
                                    .println(
                                            Escape.json(
                                                    Json.text(
                                                            form(
                                                                    entry,
                                                                    issuer,
                                                                    list.get().number()))));
                }
            }
        }
        if (form == Form.text && entries > 0) {
            table.print(around.out());
        }
        return 0;
    }

    private static Fields form(RevocationList.Revoked entry, IssuerName issuer, long list) {
        return Fields.EMPTY
                .with("type", "revoked")
                .with("id", entry.identity().brief())
                .with("serial", entry.serial())
                .with("until", entry.until().toString())
                .with("issuer", issuer.word())
                .with("list", list)
                .with("reason", entry.reason());
    }
}
