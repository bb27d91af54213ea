package io.muster.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Starts programs of this package as processes of their own, all with the same collector.
 *
 * @param directory of their errors
 * @param recordings where flight recordings go, if they are wanted
 */
record Jvm(Path directory, Optional<Path> recordings) {
    private static final String LOGGING = "logging.properties";

    /** In that directory, where it makes the JVMs keep quiet unless something is wrong. */
    static Jvm in(Path directory, Optional<Path> recordings) throws IOException {
        Files.writeString(
                directory.resolve(LOGGING),
                """
                .level = WARNING
                handlers = java.util.logging.ConsoleHandler
                """);
        return new Jvm(directory, recordings);
    }

    /** Starts one. */
    Child start(String name, Class<?> main, String heap, List<String> words) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options(name));
        command.add("-Xmx" + heap);
        command.add("-XX:+UseSerialGC");
        command.add("-XX:-UsePerfData");
        command.add("-Djava.util.logging.config.file=" + directory.resolve(LOGGING));
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.addAll(words);
        return Child.start(name, command, Map.of(), directory);
    }

    /** What a JVM of that name is told to record. */
    List<String> options(String name) {
        return recordings
                .map(
                        folder ->
                                List.of(
                                        "-XX:StartFlightRecording:settings=profile,dumponexit=true,"
                                                + "filename="
                                                + folder.resolve(name + ".jfr")))
                .orElse(List.of());
    }
}
