package io.muster.controller.render;

import io.muster.controller.Entry;
import io.muster.controller.Report;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.controller.rollout.Preview;
import io.muster.message.ActionName;
import io.muster.message.NodeId;
import io.muster.message.Value.Fields;

import java.util.HashSet;
import java.util.Set;

/** A run for programs that do not want to wait for its end: one typed object a line. */
public final class JsonLinesRenderer implements Renderer {
    private final Screen screen;
    private final boolean progress;
    private int targets;

    /** A last word can take the place of another. */
    private final Set<NodeId> done = new HashSet<>();

    /**
     * @param progress whether to say each tenth of the way how far it is
     */
    public JsonLinesRenderer(Screen screen, boolean progress) {
        this.screen = screen;
        this.progress = progress;
    }

    @Override
    public void started(ActionName action) {}

    @Override
    public void previewed(Preview preview) {
        line("preview", new PreviewPage(preview).fields());
        screen.out().flush();
    }

    @Override
    public void discovered(Targets found) {
        targets = found.online().size();
        for (Target target : found.all()) {
            line("discovered", JsonForm.found(target));
        }
        screen.out().flush();
    }

    @Override
    public void replied(Entry entry) {
        line("reply", JsonForm.entry(entry));
        var before = tenths();
        done.add(entry.id());
        if (progress && targets > 0 && tenths() > before) {
            line("progress", Fields.EMPTY.with("done", done.size()).with("targets", targets));
        }
        screen.out().flush();
    }

    private int tenths() {
        return targets == 0 ? 0 : (int) (10L * done.size() / targets);
    }

    @Override
    public void finished(Report report) {
        line("summary", JsonForm.summary(report).with("silent", JsonForm.silent(report)));
        screen.out().flush();
    }

    private void line(String kind, Fields fields) {
        screen.out().println(JsonForm.line(JsonForm.typed(kind, fields)));
    }
}
