package io.muster.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The document that says what travels; its examples are tested. */
public final class WireDocument {
    private static final Path FILE = Path.of("..", "docs", "wire.md");

    private WireDocument() {}

    /** All of it. */
    public static String text() throws IOException {
        return Files.readString(FILE);
    }

    /** The code blocks with that label: at least one. */
    public static List<String> examples(String label) throws IOException {
        var fence = Pattern.compile("```" + label + "\n(.*?)\n```", Pattern.DOTALL);
        var found = fence.matcher(text()).results().map(block -> block.group(1)).toList();
        assertThat(found).as("examples of " + label).isNotEmpty();
        return found;
    }
}
