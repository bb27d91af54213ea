package io.muster.controller.cli;

import io.muster.action.BuiltIn;
import io.muster.controller.ExitCode;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.controller.render.FoundNodes;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.List;
import java.util.concurrent.Callable;

/** {@code muster find}: who matches. */
@Command(
        name = "find",
        description = {
            "List the nodes that match, one a line.",
            "Those known to be away are counted on standard error."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster find -F role=web -F 'processors.count>=4'",
            "  muster find -S 'role=web or (site=west and not environment=staging)'",
            "  muster find -C mail | muster run puppet.run --nodes -"
        })
final class FindCommand implements Callable<ExitCode> {
    private final Surroundings around;

    @Mixin private CommonOptions common = new CommonOptions();
    @Mixin private TargetOptions targets = new TargetOptions();
    @Mixin private TimeOptions times = new TimeOptions();
    @Mixin private OutputOptions output = new OutputOptions();

    FindCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public ExitCode call() throws InterruptedException {
        targets.check(around);
        times.check(List.of(BuiltIn.NODE_PING));
        var form = output.form();
        var screen = output.screen(around);
        try (var session = Session.open(around, common, targets.collective())) {
            var found = session.find(targets, times);
            var shown = new FoundNodes(screen, !output.quiet());
            shown.notices(found);
            switch (form) {
                case TEXT -> shown.text(found);
                case NAMES -> shown.names(found);
                case JSON -> shown.json(found);
                case JSONL -> shown.jsonLines(found);
            }
            return code(found);
        }
    }

    /** Whoever is away still matches; only nobody at all is nobody. */
    private static ExitCode code(Targets found) {
        if (found.all().isEmpty()) {
            return ExitCode.NOBODY;
        }
        return found.unknown().isEmpty() && found.all().stream().anyMatch(FindCommand::there)
                ? ExitCode.DONE
                : ExitCode.INCOMPLETE;
    }

    private static boolean there(Target target) {
        return !target.presence().offline();
    }
}
