package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the README shows as output of the demonstration: its code blocks, line by line. */
record Tour(List<String> lines) {

    static Tour of(Path readme) throws IOException {
        var lines = new ArrayList<String>();
        var touring = false;
        var quoting = false;
        for (var line : Files.readAllLines(readme)) {
            if (line.startsWith("## ")) {
                touring = line.startsWith("## A tour");
            } else if (line.startsWith("```")) {
                quoting = !quoting;
            } else if (touring && quoting && !line.isBlank() && !line.equals("...")) {
                lines.add(line);
            }
        }
        return new Tour(lines);
    }

    /** Each line begins one there, in that order; what differs from run to run may differ. */
    void assertThatItIsToldIn(String output) {
        assertThat(lines).as("lines of the tour").hasSizeGreaterThan(20);
        var told = output.lines().map(Tour::general).iterator();
        for (var line : lines) {
            var found = false;
            while (!found && told.hasNext()) {
                found = told.next().startsWith(general(line));
            }
            assertThat(found).as("in the README, and not where it should be: " + line).isTrue();
        }
    }

    /** The line without keys, moments, ids and numbers. */
    private static String general(String line) {
        return line.replaceAll("ssh-ed25519 \\S+", "KEY")
                .replaceAll("\"(time|request|previous|hash)\":\"[^\"]*\"", "\"$1\"")
                .replaceAll("\\bn-[0-9a-f]{12}\\b", "NODE")
                .replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUID")
                .replaceAll("[0-9]+(\\.[0-9]+)?", "#")
                .replaceAll(" +", " ")
                .strip();
    }
}
