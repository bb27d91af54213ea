package io.muster.controller.render;

import io.muster.controller.Entry;
import io.muster.controller.Report;
import io.muster.controller.discovery.Targets;
import io.muster.controller.rollout.Preview;
import io.muster.message.ActionName;

/** Nothing but the names of the nodes where it is done, one a line: food for {@code --nodes -}. */
public final class NamesRenderer implements Renderer {
    private final Screen screen;

    public NamesRenderer(Screen screen) {
        this.screen = screen;
    }

    @Override
    public void started(ActionName action) {}

    @Override
    public void previewed(Preview preview) {
        if (!preview.telling()) {
            new PreviewPage(preview).names(screen);
        }
    }

    @Override
    public void discovered(Targets targets) {}

    @Override
    public void replied(Entry entry) {}

    @Override
    public void finished(Report report) {
        var names = Names.ofEntries(report.entries());
        for (var entry : report.entries()) {
            if (entry.state().good()) {
                screen.out().println(names.word(entry.id(), entry.name()));
            }
        }
        screen.out().flush();
    }
}
