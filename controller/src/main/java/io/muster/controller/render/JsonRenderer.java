package io.muster.controller.render;

import io.muster.controller.Entry;
import io.muster.controller.Report;
import io.muster.controller.discovery.Targets;
import io.muster.message.ActionName;
import io.muster.message.Value;
import io.muster.message.Value.Items;

/** A run as one document, when it is over. */
public final class JsonRenderer implements Renderer {
    private final Screen screen;

    public JsonRenderer(Screen screen) {
        this.screen = screen;
    }

    @Override
    public void started(ActionName action) {}

    @Override
    public void discovered(Targets targets) {}

    @Override
    public void replied(Entry entry) {}

    @Override
    public void finished(Report report) {
        var nodes = report.entries().stream().<Value>map(JsonForm::entry).toList();
        var document = JsonForm.summary(report).with("nodes", new Items(nodes));
        screen.out().println(JsonForm.document(document));
        screen.out().flush();
    }
}
