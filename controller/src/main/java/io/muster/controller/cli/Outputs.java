package io.muster.controller.cli;

import io.muster.controller.render.JsonLinesRenderer;
import io.muster.controller.render.JsonRenderer;
import io.muster.controller.render.NamesRenderer;
import io.muster.controller.render.Notices;
import io.muster.controller.render.Progress;
import io.muster.controller.render.Renderer;
import io.muster.controller.render.Screen;

import java.util.function.Function;

/** Puts together what shows a run. */
final class Outputs {
    private Outputs() {}

    /**
     * What shows a run in the form that is wanted.
     *
     * @param text for people
     * @param bar whether a bar is drawn while it goes; not if {@code text} writes meanwhile
     */
    static Renderer of(
            Surroundings around,
            OutputOptions options,
            CommonOptions common,
            Function<Screen, Renderer> text,
            boolean bar) {
        var screen = options.screen(around);
        var output =
                switch (options.form()) {
                    case TEXT -> text.apply(screen);
                    case JSON -> new JsonRenderer(screen);
                    case JSONL -> new JsonLinesRenderer(screen, options.progress());
                    case NAMES -> new NamesRenderer(screen);
                };
        return around(screen, options, common, output, bar);
    }

    /** That output, with notices and bar around it. */
    static Renderer around(
            Screen screen,
            OutputOptions options,
            CommonOptions common,
            Renderer output,
            boolean bar) {
        var noticed = new Notices(screen, common.debug(), output);
        var streams = options.form() == OutputOptions.Form.JSONL;
        return bar && !streams && options.progress() && screen.errTerminal()
                ? new Progress(screen, noticed)
                : noticed;
    }
}
