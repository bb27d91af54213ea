package io.muster.controller.cli;

import io.muster.action.ActionSpec;
import io.muster.action.BuiltIn;
import io.muster.controller.ExitCode;
import io.muster.controller.render.ActionPages;
import io.muster.message.Escape;
import io.muster.message.Nearest;
import io.muster.message.Value.Fields;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code muster actions}: what nodes can do. */
@Command(
        name = "actions",
        description = "List the actions, or describe one.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster actions                       those every node agent has",
            "  muster actions user.ensure           its inputs and outputs",
            "  muster actions --node web01          those of one node, its own among them"
        })
final class ActionsCommand implements Callable<ExitCode> {
    private final Surroundings around;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "ACTION",
            description = "The action to describe.")
    private Optional<String> action = Optional.empty();

    @Option(names = "--node", paramLabel = "NODE", description = "Ask this node.")
    private Optional<String> node = Optional.empty();

    @Mixin private CommonOptions common = new CommonOptions();
    @Mixin private CollectiveOption collective = new CollectiveOption();
    @Mixin private TimeOptions times = new TimeOptions();
    @Mixin private OutputOptions output = new OutputOptions();

    ActionsCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public ExitCode call() throws InterruptedException {
        output.form();
        times.check(List.of(BuiltIn.NODE_ACTIONS));
        if (node.isEmpty() && (times.said() || collective.get().isPresent())) {
            throw new UsageException(
                    "nobody is asked without --node, so -T, -t and --ttl say nothing");
        }
        var specs = node.isPresent() ? ask(node.get()) : BuiltIn.all();
        var pages = new ActionPages(output.screen(around));
        if (action.isEmpty()) {
            switch (output.form()) {
                case TEXT -> pages.list(specs);
                case NAMES -> pages.names(specs);
                case JSON -> pages.json(specs);
                case JSONL -> pages.jsonLines(specs);
            }
            return ExitCode.DONE;
        }
        var spec = find(specs, action.get());
        switch (output.form()) {
            case TEXT -> pages.page(spec);
            case NAMES -> pages.names(List.of(spec));
            case JSON -> pages.json(spec);
            case JSONL -> pages.jsonLines(List.of(spec));
        }
        return ExitCode.DONE;
    }

    private ActionSpec find(List<ActionSpec> specs, String name) {
        var names = specs.stream().map(spec -> spec.name().value()).toList();
        return specs.stream()
                .filter(spec -> spec.name().value().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new UsageException(
                                        "no action "
                                                + Escape.quoted(name)
                                                + Nearest.hint(name, names)
                                                + where()));
    }

    private String where() {
        return node.isPresent() ? "" : "; --node NODE knows those of a node";
    }

    private List<ActionSpec> ask(String name) throws InterruptedException {
        try (var session = Session.open(around, common, collective.get())) {
            var one = new OneNode(session, times);
            var report = one.run(BuiltIn.NODE_ACTIONS, Fields.EMPTY, one.find(name), false);
            var code = ExitCode.of(report);
            if (code != ExitCode.DONE) {
                throw new UnableException(OneNode.problem(report), code);
            }
            return NodeSpecs.read(OneNode.only(report));
        }
    }
}
