package io.muster.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Documents point at things that exist. */
class DocumentsTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)]*)?\\)");

    @Test
    void everyLinkLeadsToAFile() throws IOException {
        try (var files = Files.walk(ROOT)) {
            var documents =
                    files.filter(f -> f.toString().endsWith(".md"))
                            .filter(f -> !f.toString().contains("/target/"))
                            .toList();
            assertThat(documents).hasSizeGreaterThan(8);
            for (var document : documents) {
                for (var link : LINK.matcher(Files.readString(document)).results().toList()) {
                    if (!link.group(1).contains("://")) {
                        var target = document.resolveSibling(link.group(1)).normalize();
                        assertThat(target).as(document + " links to").exists();
                    }
                }
            }
        }
    }
}
