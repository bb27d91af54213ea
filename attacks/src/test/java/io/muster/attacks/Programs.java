package io.muster.attacks;

import io.muster.node.AgentMain;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Programs of the product in processes of their own, each with the class path of its role. */
final class Programs {
    private Programs() {}

    /** The words that start that program. */
    static List<String> command(Class<?> program, List<String> words) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx256m", "-cp", classPath(program)));
        command.add(program.getName());
        command.addAll(words);
        return command;
    }

    /** A node agent with the settings in that folder, which tells all in that file. */
    static ProcessBuilder agent(Path home, Path log) {
        var settings = home.resolve("agent.conf").toString();
        return new ProcessBuilder(command(AgentMain.class, List.of("agent", "--config", settings)))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
    }

    /** The controller's, which keeps logs quiet, is nobody else's. */
    private static String classPath(Class<?> program) {
        var all = System.getProperty("java.class.path");
        return program.getName().startsWith("io.muster.controller.")
                ? all
                : Stream.of(all.split(":", -1))
                        .filter(
                                path ->
                                        !path.matches(
                                                ".*(/controller/|/muster-controller-|/slf4j-nop-).*"))
                        .collect(Collectors.joining(":"));
    }
}
