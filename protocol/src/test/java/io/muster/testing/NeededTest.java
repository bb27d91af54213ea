package io.muster.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

class NeededTest {
    private static final Pattern SKIPPING =
            Pattern.compile("Assumptions|@Disabled|@EnabledIf|@EnabledOn|@DisabledIf|@DisabledOn");

    @Test
    void whatIsMissingSkipsATestAtHomeAndFailsItInCi() {
        assertThatThrownBy(() -> Needed.that(false, false, "a moon"))
                .isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("needs a moon");
        assertThatThrownBy(() -> Needed.that(true, false, "a moon"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("needs a moon, which CI must have");
        assertThatCode(() -> Needed.that(true, true, "a moon")).doesNotThrowAnyException();
        assertThatCode(() -> Needed.that(false, true, "a moon")).doesNotThrowAnyException();
    }

    @Test
    void noTestIsSkippedInAnotherWay() throws IOException {
        var own = Path.of("src/test/java/io/muster/testing").toRealPath();
        var looked = 0;
        try (var modules = Files.newDirectoryStream(Path.of(".."))) {
            for (var module : modules) {
                var tests = module.resolve("src/test/java");
                if (Files.isDirectory(tests)) {
                    looked += look(tests.toRealPath(), own);
                }
            }
        }
        assertThat(looked).isGreaterThan(100);
    }

    private static int look(Path tests, Path own) throws IOException {
        var looked = 0;
        try (var files = Files.walk(tests)) {
            for (var file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                looked++;
                if (!file.startsWith(own)) {
                    assertThat(SKIPPING.matcher(Files.readString(file)).find())
                            .as(file + ": says what it needs without Needed")
                            .isFalse();
                }
            }
        }
        return looked;
    }
}
