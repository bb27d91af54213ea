package io.muster.controller.render;

import io.muster.message.NodeId;
import io.muster.message.Value.Fields;

/** For programs: one typed object a line. */
final class LiveJson implements LivePage {
    private final Screen screen;

    LiveJson(Screen screen) {
        this.screen = screen;
    }

    @Override
    public void line(NodeId node, String name, String stream, long offset, String line) {
        print("output", node(node, name, stream, offset).with("line", line));
    }

    @Override
    public void gap(NodeId node, String name, String stream, long offset, long bytes) {
        print("output", node(node, name, stream, offset).with("leftOut", bytes));
    }

    @Override
    public void progress(NodeId node, String name, long done, long of, String step) {
        var fields = node(node, name).with("done", done).with("of", of);
        print("progress", fields.with("step", step));
    }

    @Override
    public void missing(NodeId node, String name, int pieces) {
        print("output", node(node, name).with("missing", pieces));
    }

    @Override
    public void pause() {
        screen.out().flush();
    }

    private static Fields node(NodeId node, String name) {
        return Fields.EMPTY.with("id", node.value()).with("name", name);
    }

    private static Fields node(NodeId node, String name, String stream, long offset) {
        return node(node, name).with("stream", stream).with("offset", offset);
    }

    private void print(String kind, Fields fields) {
        screen.out().println(JsonForm.line(JsonForm.typed(kind, fields)));
    }
}
