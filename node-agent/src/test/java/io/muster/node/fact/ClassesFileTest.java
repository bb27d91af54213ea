package io.muster.node.fact;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.node.host.Tree;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class ClassesFileTest {
    @TempDir private Path root;

    private ClassesFile file() {
        return new ClassesFile(new Tree(root, false), List.of("/a/classes.txt", "/classes.txt"));
    }

    @Test
    void classesAreTheLinesOfTheFirstFileThatExists() throws IOException {
        Files.writeString(root.resolve("classes.txt"), "web\n\n  mail::relay \nweb\n");

        assertThat(file().current()).containsExactly("mail::relay", "web");
    }

    @Test
    void withoutAFileThereAreNone() {
        assertThat(file().current()).isEmpty();
    }

    @Test
    void changedFileIsReadAgain() throws IOException {
        var classes = file();
        Files.writeString(root.resolve("classes.txt"), "web\n");
        classes.current();
        Files.writeString(root.resolve("classes.txt"), "mail\n");

        assertThat(classes.current()).containsExactly("mail");
    }

    @Test
    void tooLongOnesAndTooManyAreLeftOut() throws IOException {
        var lines = new StringBuilder("x".repeat(129)).append('\n');
        for (int i = 0; i < 1_200; i++) {
            lines.append("class").append(i).append('\n');
        }
        Files.writeString(root.resolve("classes.txt"), lines);

        assertThat(file().current()).hasSize(1_000).doesNotContain("x".repeat(129));
    }
}
