package io.muster.node.host;

import io.muster.exec.ProcessRunner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;

/** This machine as seen from within the namespace that {@link LinuxHostIT} made. */
public final class PrivateMachine {
    private PrivateMachine() {}

    /**
     * The machine with the users and names that the contract expects.
     *
     * @throws IllegalStateException if this is not the namespace; then nothing was touched
     */
    public static Host fresh() throws IOException {
        var outside = System.getProperty("muster.outside", namespaces());
        for (var mine : namespaces().split(" ", -1)) {
            if (outside.contains(mine)) {
                throw new IllegalStateException("this is the machine itself: " + mine);
            }
        }
        clear(Path.of("/home"));
        removePeople();
        Files.writeString(Path.of("/etc/machine-id"), "0123456789abcdef".repeat(2) + "\n");
        Files.writeString(Path.of("/etc/hostname"), "domu-12-31\n");
        Files.writeString(
                Path.of("/etc/hosts"),
                "127.0.0.1\tlocalhost\n127.0.1.1\tdomu-12-31.example.internal domu-12-31\n");
        Files.writeString(Path.of("/proc/sys/kernel/hostname"), "domu-12-31\n");
        return new LinuxHost(new ProcessRunner(), new Random(1));
    }

    /** Names the namespaces this process is in. */
    static String namespaces() throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/ns/mnt"))
                + " "
                + Files.readSymbolicLink(Path.of("/proc/self/ns/uts"));
    }

    /** Removes every user and group with a number from 1000 on, but for nobody's. */
    private static void removePeople() throws IOException {
        var people = new HashSet<String>();
        for (var file : List.of("passwd", "group")) {
            for (var line : Files.readAllLines(Path.of("/etc", file))) {
                var parts = line.split(":", -1);
                var id = Long.parseLong(parts[2]);
                if (id >= 1000 && id < 65_000) {
                    people.add(parts[0]);
                }
            }
        }
        for (var name : List.of("passwd", "group", "shadow", "gshadow", "subuid", "subgid")) {
            var file = Path.of("/etc", name);
            if (Files.exists(file)) {
                var kept = new ArrayList<>(Files.readAllLines(file));
                kept.removeIf(line -> people.contains(line.split(":", 2)[0]));
                Files.write(file, kept);
            }
        }
    }

    private static void clear(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(directory)) {
                    Files.delete(file);
                }
            }
        }
    }
}
