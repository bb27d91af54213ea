package io.muster.controller.render;

import io.muster.message.Escape;
import io.muster.message.NodeId;

/** For people: the node's name in front of each line, and everything escaped. */
final class LiveText implements LivePage {
    private final Screen screen;

    LiveText(Screen screen) {
        this.screen = screen;
    }

    @Override
    public void line(NodeId node, String name, String stream, long offset, String line) {
        print(name, stream.equals("stdout") ? "|" : "!", Lines.safe(line));
    }

    @Override
    public void gap(NodeId node, String name, String stream, long offset, long bytes) {
        var mark = stream.equals("stdout") ? "|" : "!";
        print(name, mark, screen.yellow("[... " + bytes + " bytes left out ...]"));
    }

    @Override
    public void progress(NodeId node, String name, long done, long of, String step) {
        var much = of == 0 ? "" + done : done + " / " + of;
        print(name, "*", step.isEmpty() ? much : much + " " + Lines.safe(step));
    }

    @Override
    public void missing(NodeId node, String name, int pieces) {
        print(name, "|", screen.yellow("[... something did not come ...]"));
    }

    @Override
    public void pause() {
        screen.out().flush();
    }

    private void print(String name, String mark, String text) {
        screen.out().println(screen.cyan(Escape.line(name) + " " + mark) + " " + text);
    }
}
