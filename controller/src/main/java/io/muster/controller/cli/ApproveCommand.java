package io.muster.controller.cli;

import io.muster.approval.Proposal;
import io.muster.approval.Proposal.Opened;
import io.muster.config.IoReason;
import io.muster.controller.ExitCode;
import io.muster.controller.approval.Board;
import io.muster.controller.ask.Hub.HubException;
import io.muster.controller.render.JsonForm;
import io.muster.journal.AtomicFile;
import io.muster.message.Approval;
import io.muster.message.Bytes;
import io.muster.message.Escape;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.security.Credentials;
import io.muster.security.PayloadType;
import io.muster.security.Verifier;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code muster approve}: say yes to what another wants to do. */
@Command(
        name = "approve",
        sortOptions = false,
        description = {
            "List the requests that wait for approval, or look at one and approve it.",
            "An approval is for that very request: action, inputs, targets, budget and",
            "expiry.",
            "A sealed input is named, but nobody but the targets can read it."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster approve                  what waits at the hub",
            "  muster approve 0f8fad5b         look at it, and approve it if it is right",
            "  muster approve 0f8fad5b --show  look only",
            "  muster approve 0f8fad5b --show --all-targets    at each target as well",
            "  muster approve reboot.json      the same with a file of --propose-to"
        })
final class ApproveCommand implements Callable<ExitCode> {
    private static final String ID = "[0-9a-f]{4,32}";

    private final Surroundings around;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "REQUEST|FILE",
            description = "The first digits of the request, or a file.")
    private Optional<String> which = Optional.empty();

    @Option(names = "--show", description = "Look, and approve nothing.")
    private boolean show;

    @Option(
            names = "--all-targets",
            description = "Name every target, and what binds the request to each.")
    private boolean allTargets;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    @Mixin private CommonOptions common = new CommonOptions();
    @Mixin private OutputOptions output = new OutputOptions();

    ApproveCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public ExitCode call() throws InterruptedException {
        output.form();
        var file = which.filter(text -> !text.matches(ID));
        if (file.isPresent()) {
            return file(file.get());
        }
        try (var session = Session.open(around, common, Optional.empty())) {
            var board = new Board(session.desk());
            var waiting = opened(board.list(Optional.empty()), session.verifier());
            if (which.isEmpty()) {
                list(waiting);
                return ExitCode.DONE;
            }
            var one = one(waiting, which.get());
            present(one);
            if (!show) {
                var approval = sign(one, session.credentials());
                board.approve(one.request().id(), approval);
                notice("approved");
            }
            return ExitCode.DONE;
        } catch (HubException e) {
            throw new UnableException(Escape.line(String.valueOf(e.getMessage())));
        }
    }

    private ExitCode file(String name) {
        var credentials = Session.credentials(new ConfigFile(around, common).read(), around);
        var verifier = new Verifier(credentials.trust(), around.clock());
        var opened = read(around, name, verifier);
        present(opened);
        if (!show) {
            var approval = sign(opened, credentials);
            write(around, name, opened.proposal().with(approval));
            notice(
                    "approved: hand "
                            + name
                            + " on, or back to "
                            + opened.request().sender().brief());
        }
        return ExitCode.DONE;
    }

    /** A proposal in a file, looked into. */
    static Opened read(Surroundings around, String name, Verifier verifier) {
        try {
            return Proposal.parse(NamedFile.read(around, "", name)).open(verifier);
        } catch (MalformedException e) {
            throw new UsageException(name + ": " + e.problem());
        }
    }

    /** Writes a proposal to a file. */
    static void write(Surroundings around, String name, Proposal proposal) {
        var text = Json.pretty(proposal.toValue()) + "\n";
        try {
            AtomicFile.replace(around.directory().resolve(name), Bytes.utf8(text), "rw-r--r--");
        } catch (IOException e) {
            throw new UnableException(name + " cannot be written: " + IoReason.of(e));
        }
    }

    /** What is not genuine is not shown: the hub may hand out anything. */
    private List<Opened> opened(List<Proposal> proposals, Verifier verifier) {
        var opened = new ArrayList<Opened>();
        for (var proposal : proposals) {
            try {
                opened.add(proposal.open(verifier));
            } catch (MalformedException e) {
                notice("not shown: " + Escape.line(e.problem()));
            }
        }
        return opened;
    }

    private void list(List<Opened> waiting) {
        var forms = waiting.stream().map(ProposalPage::form).toList();
        switch (output.form()) {
            case TEXT -> waiting.forEach(one -> around.out().println(ProposalPage.line(one)));
            case JSON ->
                    around.out()
                            .println(
                                    JsonForm.document(
                                            Fields.EMPTY.with(
                                                    "proposals", new Items(List.copyOf(forms)))));
            case JSONL ->
                    forms.forEach(
                            form ->
                                    around.out()
                                            .println(
                                                    JsonForm.line(
                                                            JsonForm.typed("proposal", form))));
            case NAMES -> waiting.forEach(one -> around.out().println(one.request().id().value()));
        }
        if (waiting.isEmpty()) {
            notice("nothing waits for approval");
        }
        around.out().flush();
    }

    private static Opened one(List<Opened> waiting, String digits) {
        var found =
                waiting.stream().filter(o -> o.request().id().value().startsWith(digits)).toList();
        if (found.size() == 1) {
            return found.getFirst();
        }
        throw new UsageException(
                digits
                        + (found.isEmpty()
                                ? ": nothing of that id waits; muster approve lists what does"
                                : ": several requests begin so: type more of it"));
    }

    private void present(Opened opened) {
        switch (output.form()) {
            case TEXT -> around.out().print(ProposalPage.page(opened, allTargets));
            case JSON -> around.out().println(JsonForm.document(ProposalPage.form(opened)));
            case JSONL ->
                    around.out()
                            .println(
                                    JsonForm.line(
                                            JsonForm.typed("proposal", ProposalPage.form(opened))));
            case NAMES -> around.out().println(opened.request().id().value());
        }
        around.out().flush();
    }

    private Bytes sign(Opened opened, Credentials credentials) {
        var request = opened.request();
        var now = around.clock().instant().truncatedTo(ChronoUnit.MILLIS);
        if (request.sender().equals(credentials.identity())) {
            throw new UsageException("it is your own request: somebody else has to approve it");
        }
        if (opened.approvers().contains(credentials.identity())) {
            throw new UsageException("you have approved it already");
        }
        if (!now.isBefore(request.expires())) {
            throw new UsageException("it expired at " + request.expires());
        }
        confirm(opened);
        var approval =
                new Approval(
                        request.id(),
                        opened.digest(),
                        credentials.identity(),
                        now,
                        request.expires());
        return credentials.signer().sign(PayloadType.APPROVAL, approval.encode());
    }

    private void confirm(Opened opened) {
        if (yes) {
            return;
        }
        if (!around.inTerminal()) {
            throw new UsageException("nobody is there to ask: --yes, if it is right");
        }
        var number = Integer.toString(ProposalPage.count(opened));
        around.err().print("Type the number of targets, " + number + ", to approve this: ");
        around.err().flush();
        if (!number.equals(typed())) {
            throw new UsageException("not confirmed: nothing was approved");
        }
    }

    private String typed() {
        try {
            var reader =
                    new BufferedReader(new InputStreamReader(around.in(), StandardCharsets.UTF_8));
            var line = reader.readLine();
            return line == null ? "" : line.strip();
        } catch (IOException e) {
            throw new UsageException("nobody can confirm: " + IoReason.of(e));
        }
    }

    private void notice(String line) {
        if (!output.quiet()) {
            around.err().println(line);
            around.err().flush();
        }
    }
}
