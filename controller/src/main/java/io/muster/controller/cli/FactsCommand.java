package io.muster.controller.cli;

import io.muster.action.BuiltIn;
import io.muster.controller.ExitCode;
import io.muster.controller.Report;
import io.muster.controller.render.FactsRenderer;
import io.muster.controller.render.FactsRenderer.Form;
import io.muster.controller.render.NamesRenderer;
import io.muster.controller.render.Renderer;
import io.muster.controller.render.Screen;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.List;
import java.util.concurrent.Callable;

/** {@code muster facts FACT}: how the values of a fact are spread. */
@Command(
        name = "facts",
        description = {
            "Count the values of a fact, the largest group first. Of numbers: how they are",
            "spread, and who is far from the others."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster facts os.release.full",
            "  muster facts load_averages.1m",
            "  muster facts kernelrelease -C mail --show-nodes",
            "  muster facts role --output json"
        })
final class FactsCommand implements Callable<ExitCode> {
    private final Surroundings around;

    @Parameters(
            index = "0",
            paramLabel = "FACT",
            description = "Name or dotted path, such as os.family.")
    private String fact = "";

    @Option(names = "--show-nodes", description = "List the nodes under each value.")
    private boolean showNodes;

    @Mixin private CommonOptions common = new CommonOptions();
    @Mixin private TargetOptions targets = new TargetOptions();
    @Mixin private TimeOptions times = new TimeOptions();
    @Mixin private OutputOptions output = new OutputOptions();

    FactsCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public ExitCode call() throws InterruptedException {
        output.form();
        targets.check(around);
        times.check(List.of(BuiltIn.NODE_INVENTORY));
        var arguments = Fields.EMPTY.with("facts", Value.texts(List.of(fact)));
        BuiltIn.NODE_INVENTORY.check(arguments);
        var screen = output.screen(around);
        var renderer = Outputs.around(screen, output, common, shown(screen), true);
        try (var session = Session.open(around, common, targets.collective())) {
            renderer.started(BuiltIn.NODE_INVENTORY.name());
            var found = session.find(targets);
            renderer.discovered(found);
            var run =
                    times.run(
                            BuiltIn.NODE_INVENTORY,
                            arguments,
                            targets.filter(),
                            false,
                            session.config());
            Report report = session.fleet().run(run, found, renderer::replied);
            renderer.finished(report);
            return ExitCode.of(report);
        }
    }

    private Renderer shown(Screen screen) {
        var text = showNodes ? Form.TEXT_WITH_NODES : Form.TEXT;
        return switch (output.form()) {
            case TEXT -> new FactsRenderer(screen, fact, text, !output.quiet());
            case JSON -> new FactsRenderer(screen, fact, Form.JSON, true);
            case JSONL -> new FactsRenderer(screen, fact, Form.JSONL, true);
            case NAMES -> new NamesRenderer(screen);
        };
    }
}
