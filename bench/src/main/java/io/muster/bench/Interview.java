package io.muster.bench;

import io.muster.bench.Asker.Verb;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Lets another process lead an asker, by lines.
 *
 * <pre>
 * present        answers "present 100"
 * ping 20 100    20 rounds with 100 nodes: "round 12345 100" for each (microseconds, answers), then "done"
 * find 20 100    the same
 * run 20 100     the same
 * traffic        answers "traffic 1 200 100 90000": messages and bytes sent, messages and bytes received
 * </pre>
 */
final class Interview {
    private final Asker asker;
    private final PrintStream out;

    Interview(Asker asker, PrintStream out) {
        this.asker = asker;
        this.out = out;
    }

    /** Says "ready", and obeys until there is no more input. */
    void hold() throws Exception {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        say("ready");
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            obey(line.strip().split(" ", -1));
        }
    }

    private void obey(String[] words) throws Exception {
        switch (words[0]) {
            case "present" -> say("present " + asker.present());
            case "traffic" -> tellTraffic();
            case "ping", "find", "run" ->
                    rounds(
                            Verb.valueOf(words[0].toUpperCase(Locale.ROOT)),
                            Integer.parseInt(words[1]),
                            Integer.parseInt(words[2]));
            default -> throw new IOException("not understood: " + String.join(" ", words));
        }
    }

    private void tellTraffic() {
        var now = asker.traffic();
        say(
                "traffic %d %d %d %d"
                        .formatted(
                                now.sent(), now.sentBytes(), now.received(), now.receivedBytes()));
    }

    private void rounds(Verb verb, int rounds, int nodes) throws Exception {
        for (int round = 0; round < rounds; round++) {
            var start = System.nanoTime();
            var answers = asker.ask(verb, nodes);
            var micros = (System.nanoTime() - start) / 1_000;
            say("round " + micros + " " + answers);
        }
        say("done");
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
