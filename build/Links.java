import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Checks that every relative link in the Markdown files of the tree leads to a file, and every anchor to
 * a heading: {@code java build/Links.java}.
 */
final class Links {

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

    private final List<String> broken = new ArrayList<>();
    private int links;

    void main() throws IOException {
        List<Path> documents;
        try (var tree = Files.walk(Path.of(""))) {
            documents =
                    tree.filter(path -> path.toString().endsWith(".md"))
                            .filter(path -> !path.toString().matches("(.*/)?(target|\\.git)/.*"))
                            .sorted()
                            .toList();
        }
        for (var document : documents) {
            check(document);
        }
        broken.forEach(System.err::println);
        System.out.printf(
                "%d documents, %d links, %d broken%n", documents.size(), links, broken.size());
        System.exit(broken.isEmpty() ? 0 : 1);
    }

    private void check(Path document) throws IOException {
        var number = 0;
        var code = false;
        for (var line : Files.readAllLines(document)) {
            number++;
            code ^= line.startsWith("```");
            if (code) {
                continue;
            }
            for (var match : LINK.matcher(line).results().toList()) {
                var target = match.group(1);
                if (!target.matches("[a-z]+:.*") && !leadsSomewhere(document, target)) {
                    broken.add(document + ":" + number + ": " + target);
                }
            }
        }
    }

    private boolean leadsSomewhere(Path document, String target) throws IOException {
        links++;
        var parts = target.split("#", 2);
        var file = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]).normalize();
        if (!Files.exists(file)) {
            return false;
        }
        return parts.length == 1 || !file.toString().endsWith(".md") || anchors(file).contains(parts[1]);
    }

    /** The anchors that the headings of a document get where it is shown. */
    private static List<String> anchors(Path document) throws IOException {
        return Files.readAllLines(document).stream()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("#+ *", "").toLowerCase(Locale.ROOT))
                .map(line -> line.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
                .toList();
    }
}
