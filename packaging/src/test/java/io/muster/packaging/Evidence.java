package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.NodeId;
import io.muster.packaging.Programs.Running;
import io.muster.simulation.Checker;
import io.muster.simulation.History.Signed;
import io.muster.simulation.HistoryReader;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a fleet of processes leaves: marks of the deeds, journals, audit logs, and what the operator
 * was told. It is judged as the simulation's is, by the same rules.
 */
final class Evidence {
    private static final Pattern STATE =
            Pattern.compile("\"id\":\"([^\"]+)\",\"name\":\"[^\"]*\",\"state\":\"([a-z-]+)\"");
    private static final String SHOWN = "shown.json";

    private final Path home;
    private final Path runs;

    /**
     * @param home a directory in which there is nothing else
     * @param operator the directory of the operator's keys
     */
    Evidence(Path home, Path operator) throws IOException {
        this.home = Files.createDirectories(home);
        this.runs = operator.resolve("runs");
        Files.createDirectories(home.resolve("nodes"));
        Files.createSymbolicLink(home.resolve("runs"), runs);
        Files.createSymbolicLink(home.resolve("trust.pem"), operator.resolve("trust.pem"));
        Files.createFile(marks());
    }

    /** Where deeds leave their marks. */
    Path marks() {
        return home.resolve("marks.jsonl");
    }

    /** The state of that node is in that directory. */
    void node(String id, Path state) throws IOException {
        Files.createSymbolicLink(home.resolve("nodes").resolve(id), state);
    }

    /** The state of each target, as a run said in JSON. */
    static Map<String, String> states(Running run) throws IOException {
        var states = new LinkedHashMap<String, String>();
        STATE.matcher(run.said()).results().forEach(m -> states.put(m.group(1), m.group(2)));
        return states;
    }

    /** Notes what the newest run said in the end: it is judged by that, too. */
    void told(Running run) throws IOException {
        var text =
                states(run).entrySet().stream()
                        .map(state -> "\"%s\":\"%s\"".formatted(state.getKey(), state.getValue()))
                        .collect(Collectors.joining(",", "{", "}"));
        Files.writeString(latest().resolve(SHOWN), text);
    }

    /** The id of the newest run. */
    String newest() throws IOException {
        var name = latest().getFileName().toString();
        return name.substring(name.indexOf('-') + 1);
    }

    private Path latest() throws IOException {
        try (var all = Files.list(runs)) {
            return all.max(Path::compareTo).orElseThrow();
        }
    }

    /**
     * Notes that the newest run did something on that node, as its machine shows: deeds of the
     * product's own actions leave no marks. When it was asked for stands for when it was done.
     */
    void done(String node) throws IOException {
        var run = newest();
        var asked =
                HistoryReader.read(home).runs().stream()
                        .filter(each -> each.run().id().equals(run))
                        .flatMap(each -> each.requests().values().stream())
                        .map(Signed::request)
                        .filter(request -> request.mayConcern(new NodeId(node)))
                        .findFirst()
                        .orElseThrow();
        Files.writeString(
                marks(),
                "{\"node\":\"%s\",\"request\":\"%s\",\"at\":%d}%n"
                        .formatted(node, asked.id(), asked.issued().toEpochMilli()),
                StandardOpenOption.APPEND);
    }

    /** The deeds so far. */
    List<String> deeds() throws IOException {
        return Files.readAllLines(marks());
    }

    /**
     * Everything that is promised was kept.
     *
     * @param settled whether everybody had time to end what was begun, and was asked for the rest
     * @param when for people
     */
    void holds(boolean settled, String when) throws IOException {
        if (Files.exists(runs)) {
            assertThat(Checker.check(HistoryReader.read(home), settled)).as(when).isEmpty();
        }
    }
}
