package io.muster.controller.demo;

import io.muster.exec.Result;
import io.muster.exec.Result.Ending;
import io.muster.message.Escape;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Tells the story as it happens, and how long each part took at the end. */
final class Telling {
    private static final int WIDTH = 78;

    private final PrintWriter out;
    private final List<Told> told = new ArrayList<>();
    private final long start = System.nanoTime();

    private record Told(String title, long millis) {}

    /** A part of the story. */
    @FunctionalInterface
    interface Part {
        void happen() throws InterruptedException;
    }

    Telling(PrintWriter out) {
        this.out = out;
    }

    /** Tells one part, and takes its time. */
    void part(String title, Part part) throws InterruptedException {
        out.println();
        out.println("== " + (told.size() + 1) + ". " + title);
        out.flush();
        var from = System.nanoTime();
        part.happen();
        told.add(new Told(title, millisSince(from)));
        out.flush();
    }

    /** Says a sentence. */
    void say(String sentence) {
        out.println(sentence);
        out.flush();
    }

    /**
     * Shows a command and what it printed.
     *
     * @throws DemoException if it did not end as the story needs
     * @throws InterruptedException if the reader has seen enough
     */
    Result show(Program program, int expected, String... words) throws InterruptedException {
        out.println();
        out.println("$ muster " + String.join(" ", quoted(words)));
        out.flush();
        var result = program.run(List.of(words));
        out.print(block(result.stdout()));
        out.print(block(result.stderr()));
        out.flush();
        if (result.ending() instanceof Ending.Stopped) {
            throw new InterruptedException();
        }
        if (!(result.ending() instanceof Ending.Exited(int status)) || status != expected) {
            throw new DemoException(
                    "muster " + words[0] + " ended with " + result.ending() + ", not " + expected);
        }
        if (expected != 0) {
            out.println("[exit status " + expected + "]");
        }
        return result;
    }

    /** What each part took, and the whole. */
    void report() {
        out.println();
        out.println("== Report");
        for (int i = 0; i < told.size(); i++) {
            var entry = told.get(i);
            var line = "%3d. %s ".formatted(i + 1, entry.title());
            var dots = ".".repeat(Math.max(2, WIDTH - 10 - line.length()));
            out.println(line + dots + " %6.2f s".formatted(entry.millis() / 1000.0));
        }
        out.println("     All as it should be, in %.1f s.".formatted(millisSince(start) / 1000.0));
        out.flush();
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }

    private static String block(String text) {
        return text.isEmpty() ? "" : Escape.block(text) + "\n";
    }

    private static List<String> quoted(String... words) {
        var quoted = new ArrayList<String>();
        for (var word : words) {
            quoted.add(word.matches("[A-Za-z0-9_./:=@,+-]+") ? word : "'" + word + "'");
        }
        return quoted;
    }
}
