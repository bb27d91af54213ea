package io.muster.filter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The examples in docs/filters.md. */
class FilterDocumentTest {

    /** One line of a table of examples. */
    record Example(String options, String facts, boolean matches) {}

    static List<Example> examples() throws IOException {
        try (Stream<String> lines = Files.lines(document())) {
            return lines.filter(line -> line.matches("\\| `-[A-Z] .*"))
                    .map(line -> line.replace("\\|", "\u0000").split("\\|"))
                    .map(FilterDocumentTest::example)
                    .toList();
        }
    }

    private static Path document() {
        var folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("docs/filters.md"))) {
            folder = folder.getParent();
            assertThat(folder).as("a folder with docs/filters.md in it").isNotNull();
        }
        return folder.resolve("docs/filters.md");
    }

    private static Example example(String[] cells) {
        assertThat(cells).hasSize(4);
        var answer = cells[3].strip();
        assertThat(answer).isIn("yes", "no");
        return new Example(code(cells[1]), code(cells[2]), answer.equals("yes"));
    }

    private static String code(String cell) {
        var text = cell.strip().replace('\u0000', '|');
        assertThat(text).startsWith("`").endsWith("`");
        return text.substring(1, text.length() - 1);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleDoesWhatThePageSays(Example example) {
        assertThat(filter(example.options()).matches(Filters.node(example.facts())))
                .isEqualTo(example.matches());
    }

    @Test
    void thePageHasExamplesOfEveryOption() throws IOException {
        var all = examples().stream().map(Example::options).toList();

        assertThat(all).hasSizeGreaterThan(60);
        for (var option : List.of("-F", "-C", "-A", "-I", "-W", "-S")) {
            assertThat(all).anyMatch(options -> options.startsWith(option + " "));
        }
    }

    private static Filter filter(String options) {
        var words = words(options);
        return new Filter(
                values(words, "-F"),
                values(words, "-C"),
                values(words, "-A"),
                values(words, "-I"),
                values(words, "-W"),
                values(words, "-S"));
    }

    private static List<String> values(List<String> words, String option) {
        var values = new ArrayList<String>();
        for (int i = 0; i + 1 < words.size(); i += 2) {
            if (words.get(i).equals(option)) {
                values.add(words.get(i + 1));
            }
        }
        return values;
    }

    /** As a shell splits them; the examples need no escapes. */
    private static List<String> words(String line) {
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        char quote = ' ';
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == quote && c == ' ') {
                words.add(word.toString());
                word.setLength(0);
            } else if (c == quote) {
                quote = ' ';
            } else if (quote == ' ' && (c == '\'' || c == '"')) {
                quote = c;
            } else {
                word.append(c);
            }
        }
        words.add(word.toString());
        return words;
    }
}
