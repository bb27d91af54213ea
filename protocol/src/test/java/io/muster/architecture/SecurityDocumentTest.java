package io.muster.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Each sentence of docs/security.md, and of docs/faults.md, that promises something names the test
 * that shows it.
 */
class SecurityDocumentTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern NAMED =
            Pattern.compile("`([A-Z]\\w+(?:Test|IT|Contract))#(\\w+)`");
    private static final Pattern PROMISE =
            Pattern.compile("(?m)^\\| (?!promise|---|-)(.+?) \\|(.*)\\|$");

    @Test
    void everyTestItNamesExists() throws IOException {
        var tests = tests();
        var named = NAMED.matcher(document() + faults()).results().toList();
        assertThat(named).hasSizeGreaterThan(50);
        assertThat(named)
                .allSatisfy(
                        name ->
                                assertThat(tests.getOrDefault(name.group(1), ""))
                                        .as(name.group())
                                        .containsPattern("void " + name.group(2) + "\\("));
    }

    @Test
    void everyPromiseNamesATest() throws IOException {
        var promises = PROMISE.matcher(section(document(), "## Promises")).results().toList();
        assertThat(promises).hasSizeGreaterThan(25);
        assertThat(promises)
                .allSatisfy(
                        row -> assertThat(row.group(2)).as(row.group(1)).containsPattern(NAMED));
    }

    @Test
    void everyFaultIsProducedByATest() throws IOException {
        var faults =
                faults().lines()
                        .filter(line -> line.startsWith("| ") && !line.startsWith("| goes wrong |"))
                        .toList();
        assertThat(faults)
                .hasSizeGreaterThan(20)
                .allSatisfy(row -> assertThat(row).containsPattern(NAMED));
    }

    @Test
    void everyActorIsPlayedByATest() throws IOException {
        var actors =
                section(document(), "## Against whom")
                        .lines()
                        .filter(line -> line.startsWith("| ") && !line.startsWith("| who |"))
                        .toList();
        assertThat(actors)
                .hasSizeGreaterThan(10)
                .allSatisfy(row -> assertThat(row).containsPattern(NAMED));
    }

    private static String document() throws IOException {
        return Files.readString(ROOT.resolve("docs/security.md"));
    }

    private static String faults() throws IOException {
        return Files.readString(ROOT.resolve("docs/faults.md"));
    }

    private static String section(String text, String title) {
        var from = text.indexOf(title);
        assertThat(from).as(title).isNotNegative();
        var to = text.indexOf("\n## ", from + 1);
        return to < 0 ? text.substring(from) : text.substring(from, to);
    }

    private static Map<String, String> tests() throws IOException {
        var tests = new HashMap<String, String>();
        try (var files = Files.walk(ROOT, 12)) {
            for (var file : files.filter(SecurityDocumentTest::isTest).toList()) {
                var name = String.valueOf(file.getFileName());
                tests.merge(
                        name.substring(0, name.length() - ".java".length()),
                        Files.readString(file),
                        String::concat);
            }
        }
        return tests;
    }

    private static boolean isTest(Path file) {
        return file.toString().contains("src/test/java") && file.toString().endsWith(".java");
    }
}
