package io.muster.simulation;

import io.muster.controller.Report;
import io.muster.message.Json;
import io.muster.message.Value.Fields;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Puts what is left of a simulation where {@link HistoryReader} finds it. */
final class HistoryWriter {
    private final Path directory;

    HistoryWriter(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    void trust(String anchors) throws IOException {
        Files.writeString(directory.resolve("trust.pem"), anchors);
    }

    void marks(List<Mark> marks) throws IOException {
        var lines =
                marks.stream()
                        .map(
                                mark ->
                                        Json.text(
                                                        Fields.EMPTY
                                                                .with("node", mark.node().value())
                                                                .with(
                                                                        "request",
                                                                        mark.request().value())
                                                                .with(
                                                                        "at",
                                                                        mark.at().toEpochMilli()))
                                                + "\n")
                        .collect(Collectors.joining());
        Files.writeString(directory.resolve("marks.jsonl"), lines);
    }

    void node(SimulatedNode node) throws IOException {
        copy(node.home(), directory.resolve("nodes").resolve(node.id().value()));
    }

    void runs(Path runs, Map<String, Report> shown) throws IOException {
        var to = Files.createDirectories(directory.resolve("runs"));
        if (Files.notExists(runs)) {
            return;
        }
        copy(runs, to);
        try (var all = Files.list(to)) {
            for (var folder : all.toList()) {
                var id = String.valueOf(folder.getFileName()).replaceFirst(".*-", "");
                if (shown.containsKey(id)) {
                    var states = Fields.EMPTY;
                    for (var entry : shown.get(id).entries()) {
                        states = states.with(entry.id().value(), entry.state().word());
                    }
                    Files.writeString(folder.resolve("shown.json"), Json.text(states));
                }
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (var all = Files.list(from)) {
            for (var file : all.toList()) {
                if (Files.isDirectory(file)) {
                    copy(file, to.resolve(file.getFileName()));
                } else {
                    Files.copy(file, to.resolve(file.getFileName()));
                }
            }
        }
    }
}
