package io.muster.hub.cli;

import io.muster.hub.enrolment.Door;
import io.muster.hub.enrolment.Issued;
import io.muster.hub.enrolment.PendingRequest;
import io.muster.message.Escape;
import io.muster.message.Json;
import io.muster.message.Value.Fields;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code muster ca list}: who waits, and who is in. */
@Command(
        name = "list",
        description = {
            "List the machines that wait to be signed, and the nodes that have been.",
            "Host names are what the machines say about themselves: compare fingerprints."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster ca list",
            "  muster ca list --waiting",
            "  muster ca list --output jsonl"
        })
final class CaList implements Callable<Integer> {
    private final Surroundings around;

    /** Forms of output. */
    enum Form {
        text,
        jsonl
    }

    @Option(names = "--waiting", description = "Only those that wait.")
    private boolean waiting;

    @Option(names = "--output", paramLabel = "FORM", description = "text or jsonl (default: text).")
    private Form form = Form.text;

    @Mixin private AuthorityOptions authority = new AuthorityOptions();

    CaList(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        var door = authority.door(around);
        var pending = door.waiting();
        var signed = waiting ? List.<Issued>of() : door.issued();
        switch (form) {
            case text -> text(door, pending, signed);
            case jsonl -> lines(door, pending, signed);
        }
        return 0;
    }

    private void text(Door door, List<PendingRequest> pending, List<Issued> signed) {
        var now = around.clock().instant();
        if (!pending.isEmpty()) {
            waiting(around, pending).print(around.out());
        }
        if (!signed.isEmpty()) {
            var table =
                    new Table("SIGNED", "HOST", "UNTIL", "GEN", "ATTESTED", "FINGERPRINT", "BY");
            for (var s : signed) {
                table.row(
                        s.id().value(),
                        Escape.line(s.name()),
                        until(s, door, now),
                        Integer.toString(s.generation()),
                        s.attributes().isEmpty() ? "-" : s.attributes().toString(),
                        s.key().toString(),
                        Escape.line(s.by()));
            }
            table.print(around.out());
        }
        for (var s : signed) {
            door.frozen(s.id())
                    .ifPresent(
                            why ->
                                    around.err()
                                            .println(
                                                    s.id()
                                                            + " is frozen "
                                                            + Escape.line(why)
                                                            + ": muster ca clean "
                                                            + s.id()
                                                            + " voids it, then each machine joins"
                                                            + " again (muster agent join"
                                                            + " --new-key TOKEN)"));
        }
        around.err().println(pending.size() + " waiting, " + signed.size() + " signed");
    }

    /** Those who wait, as a table. */
    static Table waiting(Surroundings around, List<PendingRequest> pending) {
        var now = around.clock().instant();
        var table = new Table("WAITING", "HOST", "SINCE", "FROM", "FINGERPRINT", "WHY");
        for (var p : pending) {
            table.row(
                    p.id().value(),
                    Escape.line(p.applicant().name()),
                    Times.age(p.since(), now),
                    Escape.line(p.source()),
                    p.fingerprint().toString(),
                    Escape.line(p.why()));
        }
        return table;
    }

    private static String until(Issued signed, Door door, Instant now) {
        if (signed.ended().isPresent()) {
            return (signed.free() ? "cleaned " : "revoked ") + Times.at(signed.ended().get().at());
        }
        if (door.frozen(signed.id()).isPresent()) {
            return "frozen: two machines have its key";
        }
        return now.isBefore(signed.expires())
                ? Times.at(signed.expires())
                : "expired " + Times.at(signed.expires());
    }

    private static String state(Issued signed, Door door, Instant now) {
        if (signed.ended().isPresent()) {
            return signed.free() ? "cleaned" : "revoked";
        }
        if (door.frozen(signed.id()).isPresent()) {
            return "frozen";
        }
        return now.isBefore(signed.expires()) ? "valid" : "expired";
    }

    private void lines(Door door, List<PendingRequest> pending, List<Issued> signed) {
        for (var p : pending) {
            line(
                    Fields.EMPTY
                            .with("type", "waiting")
                            .with("id", p.id().value())
                            .with("name", p.applicant().name())
                            .with("machine", p.applicant().machine())
                            .with("since", p.since().toString())
                            .with("source", p.source())
                            .with("fingerprint", p.fingerprint().toString())
                            .with("why", p.why()));
        }
        for (var s : signed) {
            var fields =
                    Fields.EMPTY
                            .with("type", "signed")
                            .with("id", s.id().value())
                            .with("name", s.name())
                            .with("machine", s.machine())
                            .with("until", s.expires().toString())
                            .with("state", state(s, door, around.clock().instant()))
                            .with("attributes", s.attributes().toString())
                            .with("number", s.number())
                            .with("generation", s.generation())
                            .with("serial", s.serial())
                            .with("fingerprint", s.key().toString())
                            .with("by", s.by());
            line(door.frozen(s.id()).map(why -> fields.with("frozen", why)).orElse(fields));
        }
    }

    private void line(Fields fields) {
        around.out().println(Escape.json(Json.text(fields)));
    }
}
