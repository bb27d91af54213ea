package io.muster.controller.cli;

import io.muster.controller.render.Renderer;
import io.muster.controller.render.TextRenderer;

import picocli.CommandLine.Mixin;

/** Which run is meant, and how its report is shown. */
final class ShownRun {
    @Mixin private NamedRun run = new NamedRun();
    @Mixin private GroupOptions groups = new GroupOptions();
    @Mixin private OutputOptions output = new OutputOptions();

    NamedRun run() {
        return run;
    }

    /** What shows it; complains now about forms that do not go together. */
    Renderer renderer(Surroundings around) {
        return renderer(around, run.common(), output, groups);
    }

    static Renderer renderer(
            Surroundings around, CommonOptions common, OutputOptions output, GroupOptions groups) {
        groups.check(output.form());
        return Outputs.of(
                around,
                output,
                common,
                screen -> new TextRenderer(screen, groups.grouping(), !output.quiet()),
                true);
    }
}
