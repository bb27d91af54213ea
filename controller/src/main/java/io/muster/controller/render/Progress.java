package io.muster.controller.render;

import io.muster.controller.Entry;
import io.muster.controller.Report;
import io.muster.controller.discovery.Targets;
import io.muster.controller.rollout.Preview;
import io.muster.message.ActionName;

/**
 * One line on the terminal that is drawn over and over, {@code * [ =====> ] 10 / 25}, and is gone
 * when it is over.
 */
public final class Progress implements Renderer {
    private static final int MOST_CELLS = 60;
    private static final int FRAME = 22;

    private final Screen screen;
    private final Renderer output;
    private int targets;
    private int done;
    private String shown = "";

    /**
     * Draws on the screen's error stream, which should be a terminal.
     *
     * @param output shows the results, and writes nothing between discovery and end
     */
    public Progress(Screen screen, Renderer output) {
        this.screen = screen;
        this.output = output;
    }

    @Override
    public void started(ActionName action) {
        output.started(action);
        show("Looking for nodes ...");
    }

    @Override
    public void previewed(Preview preview) {
        output.previewed(preview);
    }

    @Override
    public void discovered(Targets found) {
        clear();
        output.discovered(found);
        targets = found.online().size();
        draw();
    }

    @Override
    public void replied(Entry entry) {
        output.replied(entry);
        done++;
        draw();
    }

    @Override
    public void finished(Report report) {
        clear();
        output.finished(report);
    }

    private void clear() {
        if (!shown.isEmpty()) {
            screen.err().print("\r" + " ".repeat(shown.length()) + "\r");
            screen.err().flush();
            shown = "";
        }
    }

    private void draw() {
        var line = bar();
        var manyAndAlike = targets > 200 && done < targets && sameCells(line);
        if (targets > 0 && !manyAndAlike && line.length() < screen.width()) {
            show(line);
        }
    }

    private void show(String line) {
        screen.err().print("\r" + line);
        screen.err().flush();
        shown = line;
    }

    /** Ten thousand answers need not be drawn ten thousand times. */
    private boolean sameCells(String line) {
        return !shown.isEmpty()
                && line.substring(0, line.indexOf(']'))
                        .equals(shown.substring(0, shown.indexOf(']')));
    }

    private String bar() {
        var cells = Math.clamp(screen.width() - FRAME, 0, MOST_CELLS);
        var full = targets == 0 ? 0 : (int) ((long) cells * done / targets);
        var head = full == cells ? "=".repeat(full) : "=".repeat(full) + ">";
        return " * [ " + Layout.pad(head, cells) + " ] " + done + " / " + targets;
    }
}
