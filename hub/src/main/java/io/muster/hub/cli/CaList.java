package io.muster.hub.cli;

import io.muster.hub.enrolment.Issued;
import io.muster.hub.enrolment.PendingRequest;
import io.muster.message.Escape;
import io.muster.message.Json;
import io.muster.message.Value.Fields;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
            case text -> text(pending, signed);
            case jsonl -> lines(pending, signed);
        }
        return 0;
    }

    private void text(List<PendingRequest> pending, List<Issued> signed) {
        var now = around.clock().instant();
        if (!pending.isEmpty()) {
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
            table.print(around.out());
        }
        if (!signed.isEmpty()) {
            var table = new Table("SIGNED", "HOST", "UNTIL", "NO", "FINGERPRINT", "BY");
            for (var s : signed) {
                table.row(
                        s.id().value(),
                        Escape.line(s.name()),
                        now.isBefore(s.expires())
                                ? Times.at(s.expires())
                                : "expired " + Times.at(s.expires()),
                        Integer.toString(s.number()),
                        s.key().toString(),
                        Escape.line(s.by()));
            }
            table.print(around.out());
        }
        around.err().println(pending.size() + " waiting, " + signed.size() + " signed");
    }

    private void lines(List<PendingRequest> pending, List<Issued> signed) {
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
            line(
                    Fields.EMPTY
                            .with("type", "signed")
                            .with("id", s.id().value())
                            .with("name", s.name())
                            .with("machine", s.machine())
                            .with("until", s.expires().toString())
                            .with("number", s.number())
                            .with("generation", s.generation())
                            .with("serial", s.serial())
                            .with("fingerprint", s.key().toString())
                            .with("by", s.by()));
        }
    }

    private void line(Fields fields) {
        around.out().println(Json.text(fields));
    }
}
