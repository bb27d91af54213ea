package io.muster.controller.render;

import io.muster.controller.Entry;
import io.muster.controller.Report;
import io.muster.controller.discovery.Targets;
import io.muster.controller.rollout.Preview;
import io.muster.message.ActionName;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import java.util.Optional;

/** A run as one document, when it is over. */
public final class JsonRenderer implements Renderer {
    private final Screen screen;
    private Optional<Fields> previewed = Optional.empty();

    public JsonRenderer(Screen screen) {
        this.screen = screen;
    }

    @Override
    public void started(ActionName action) {}

    @Override
    public void previewed(Preview preview) {
        var fields = new PreviewPage(preview).fields();
        previewed = Optional.of(fields);
        if (!preview.telling()) {
            document(Fields.EMPTY.with("preview", fields));
        }
    }

    @Override
    public void discovered(Targets targets) {}

    @Override
    public void replied(Entry entry) {}

    @Override
    public void finished(Report run) {
        var nodes = run.entries().stream().<Value>map(JsonForm::entry).toList();
        var report = JsonForm.summary(run).with("nodes", new Items(nodes));
        document(previewed.map(fields -> report.with("preview", fields)).orElse(report));
    }

    private void document(Fields fields) {
        screen.out().println(JsonForm.document(fields));
        screen.out().flush();
    }
}
