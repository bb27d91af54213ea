package io.muster.controller.cli;

import io.muster.action.BuiltIn;
import io.muster.controller.ControllerConfig.Method;
import io.muster.controller.ExitCode;
import io.muster.controller.Report;
import io.muster.controller.render.PingRenderer;
import io.muster.controller.render.Renderer;
import io.muster.message.Value.Fields;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.List;
import java.util.concurrent.Callable;

/** {@code muster ping}: who answers, and how fast. */
@Command(
        name = "ping",
        description = "Call the nodes and see who answers, and how fast.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster ping                    everybody",
            "  muster ping -F role=web        the web servers",
            "  muster ping -I web01           one node",
            "  muster ping --output names     only the names of those who answer"
        })
final class PingCommand implements Callable<ExitCode> {
    private final Surroundings around;

    @Mixin private CommonOptions common = new CommonOptions();
    @Mixin private TargetOptions targets = new TargetOptions();
    @Mixin private TimeOptions times = new TimeOptions();
    @Mixin private OutputOptions output = new OutputOptions();

    PingCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public ExitCode call() throws InterruptedException {
        output.form();
        targets.check(around);
        times.check(List.of(BuiltIn.NODE_PING));
        var renderer =
                Outputs.of(
                        around,
                        output,
                        common,
                        screen -> new PingRenderer(screen, !output.quiet()),
                        false);
        try (var session = Session.open(around, common, targets.collective())) {
            var report = targets.limited() ? some(session, renderer) : all(session, renderer);
            renderer.finished(report);
            return ExitCode.of(report);
        }
    }

    private Report all(Session session, Renderer renderer) {
        renderer.started(BuiltIn.NODE_PING.name());
        var patience = times.patience(session.config(), Method.BROADCAST);
        return session.fleet().ping(session.search(targets), patience, renderer::replied);
    }

    /** Some of those who match can only be chosen when all are known. */
    private Report some(Session session, Renderer renderer) throws InterruptedException {
        renderer.started(BuiltIn.NODE_PING.name());
        var chosen = session.find(targets);
        renderer.discovered(chosen);
        var run =
                times.run(
                        BuiltIn.NODE_PING, Fields.EMPTY, targets.filter(), false, session.config());
        return session.fleet().run(run, chosen, renderer::replied);
    }
}
