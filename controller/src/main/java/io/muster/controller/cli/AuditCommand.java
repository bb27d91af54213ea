package io.muster.controller.cli;

import io.muster.audit.Attested;
import io.muster.audit.Inspection;
import io.muster.controller.ExitCode;
import io.muster.controller.audit.CheckpointRequest;
import io.muster.controller.audit.CheckpointRequest.Result;
import io.muster.controller.discovery.Search;
import io.muster.filter.Filter;
import io.muster.message.Bytes;
import io.muster.message.Escape;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.security.Envelope;
import io.muster.security.TrustStore;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code muster audit}: is a node's audit log still what the node wrote? */
@Command(
        name = "audit",
        description = "Check audit logs of nodes, and fetch what they signed about them.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster audit fetch web01 > web01.checkpoints",
            "  muster audit verify audit*.jsonl --checkpoints web01.checkpoints"
        })
final class AuditCommand implements Callable<ExitCode> {
    private final Surroundings around;

    @SuppressWarnings("unused") // picocli acts on it
    @Mixin
    private CommonOptions common = new CommonOptions();

    AuditCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public ExitCode call() {
        throw new UsageException("muster audit verify FILE..., or muster audit fetch NODE...");
    }

    /** {@code muster audit verify}. */
    @Command(
            name = "verify",
            description = {
                "Check audit logs that were copied from a node (audit*.jsonl of its state",
                "directory): finds whatever was changed, removed, inserted or put in another",
                "order; with checkpoints also an end that was cut off, or a log that was written",
                "anew. Says what cannot be found."
            },
            sortOptions = false,
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster audit verify audit*.jsonl",
                "  muster audit verify audit.jsonl --checkpoints web01.checkpoints --output json",
                "  muster audit verify audit.jsonl --checkpoints ~/.config/muster/heads.jsonl",
                "",
                "Exit code 0 if the log is sound, 4 if it is not; 5 if nothing is wrong with it,"
                        + " but",
                "a checkpoint that was given does not count, or none of them covers a chain of it."
            })
    @SuppressWarnings("unused") // picocli calls it
    ExitCode verify(
            @Parameters(arity = "1..*", paramLabel = "FILE", description = "Audit logs.")
                    List<String> files,
            @Option(
                            names = "--checkpoints",
                            paramLabel = "FILE",
                            description = {
                                "What the node signed: of muster audit fetch, or",
                                "heads.jsonl, where replies to this operator are kept.",
                                "Repeatable."
                            })
                    List<String> checkpoints,
            @Option(
                            names = "--trust",
                            paramLabel = "FILE",
                            description = "The fleet's trust.pem; otherwise the operator's own.")
                    Optional<String> trust,
            @Mixin CommonOptions options,
            @Mixin OutputOptions output)
            throws IOException {
        output.form();
        var signed = new ArrayList<Attested>();
        var ignored = new ArrayList<String>();
        if (checkpoints != null) {
            var fleet = TrustStore.load(trust(trust, options));
            for (var name : checkpoints) {
                read(name, fleet, signed, ignored);
            }
        }
        var named = new ArrayList<Path>();
        for (var name : files) {
            named.add(readable(name));
        }
        var inspection = Inspection.of(named, signed);
        new InspectionPage(output.screen(around), output.form()).show(inspection, ignored);
        if (!inspection.sound()) {
            return ExitCode.FAILED;
        }
        var proven = checkpoints == null || (inspection.covered() && ignored.isEmpty());
        return proven ? ExitCode.DONE : ExitCode.INCOMPLETE;
    }

    private Path trust(Optional<String> named, CommonOptions options) {
        return named.map(this::readable)
                .orElseGet(
                        () ->
                                new ConfigFile(around, options)
                                        .read()
                                        .credentials()
                                        .resolve("trust.pem"));
    }

    private Path readable(String name) {
        var file = around.directory().resolve(name);
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new UsageException(
                    Escape.quoted(name) + ": not a file, or not one that can be read");
        }
        return file;
    }

    private void read(String name, TrustStore fleet, List<Attested> signed, List<String> ignored)
            throws IOException {
        var number = 0;
        for (var line : Files.readAllLines(readable(name), StandardCharsets.UTF_8)) {
            number++;
            try {
                signed.add(Attested.read(Bytes.utf8(line), fleet));
            } catch (MalformedException e) {
                ignored.add(name + ":" + number + ": does not count: " + e.problem());
            }
        }
    }

    /** {@code muster audit fetch}. */
    @Command(
            name = "fetch",
            description = {
                "Print the checkpoints of nodes' audit logs that the hub keeps, a signed message",
                "on each line."
            },
            sortOptions = false,
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster audit fetch web01 > web01.checkpoints",
                "",
                "Exit code 3 if the hub keeps none."
            })
    @SuppressWarnings("unused") // picocli calls it
    ExitCode fetch(
            @Parameters(
                            arity = "1..*",
                            paramLabel = "NODE",
                            description = "Ids of nodes, or names of nodes the hub knows.")
                    List<String> nodes,
            @Mixin CommonOptions options,
            @Mixin CollectiveOption collective)
            throws InterruptedException {
        try (var session = Session.open(around, options, collective.get())) {
            var config = session.config();
            var ids = ids(session, nodes);
            var patience = config.patience();
            return switch (new CheckpointRequest(session.caller(), patience.ttl(), patience.hub())
                    .ask(ids)) {
                case Result.Untold(var why) ->
                        throw new UnableException(
                                "the hub does not tell its checkpoints: " + Escape.line(why));
                case Result.Told(var messages) -> print(messages, ids, session);
            };
        }
    }

    /** A node that is gone for ever has checkpoints, and no name that the hub knows. */
    private static List<NodeId> ids(Session session, List<String> names)
            throws InterruptedException {
        var none = List.<String>of();
        var filter = new Filter(none, none, none, names, none, none);
        var found = session.find(Search.of(filter));
        var ids = new ArrayList<NodeId>();
        for (var name : names) {
            var known = found.all().stream().filter(t -> t.names().contains(name)).findFirst();
            try {
                ids.add(known.isPresent() ? known.get().id() : new NodeId(name));
            } catch (IllegalArgumentException e) {
                throw new UsageException("no node " + Escape.quoted(name));
            }
        }
        return ids;
    }

    private ExitCode print(List<Bytes> messages, List<NodeId> nodes, Session session) {
        var printed = 0;
        for (var message : messages) {
            try {
                var signed = Attested.read(message, session.trust());
                if (!nodes.contains(signed.node().nodeId())) {
                    throw new MalformedException("of " + signed.node().brief() + ", not asked for");
                }
                // As we write it: between its parts it may hold what a terminal or a script obeys.
                var own = Envelope.decode(message).encode();
                around.out().println(new String(own.view(), StandardCharsets.UTF_8));
                printed++;
            } catch (MalformedException e) {
                around.err().println("left out: " + Escape.line(e.problem()));
            }
        }
        around.out().flush();
        around.err().flush();
        return printed > 0 ? ExitCode.DONE : ExitCode.NOBODY;
    }
}
