import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Says what the test reports say, in a few lines: {@code java build/Summary.java SINCE}, where SINCE
 * is the second from which on reports count.
 */
final class Summary {

    private record Suite(String name, int tests, int failures, int skipped, double seconds) {}

    private final List<Suite> suites = new ArrayList<>();
    private final Map<String, Integer> skips = new TreeMap<>();

    void main(String[] args) throws IOException, XMLStreamException {
        var since = Instant.ofEpochSecond(Long.parseLong(args[0]));
        try (var tree = Files.find(Path.of("."), 4, (path, _) -> isReport(path))) {
            for (var report : tree.sorted().toList()) {
                if (!Files.getLastModifiedTime(report).toInstant().isBefore(since)) {
                    read(report);
                }
            }
        }
        if (!print()) {
            System.exit(1);
        }
    }

    private static boolean isReport(Path path) {
        return path.toString().matches(".*/(surefire|failsafe)-reports/TEST-[^/]*\\.xml");
    }

    private void read(Path report) throws IOException, XMLStreamException {
        var factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        try (var in = Files.newInputStream(report)) {
            var xml = factory.createXMLStreamReader(in);
            var test = "";
            while (xml.hasNext()) {
                if (xml.next() != XMLStreamReader.START_ELEMENT) {
                    continue;
                }
                switch (xml.getLocalName()) {
                    case "testsuite" -> suites.add(suite(xml));
                    case "testcase" -> test = simple(xml.getAttributeValue(null, "classname"));
                    case "skipped" -> skips.merge(test + ": " + reason(xml), 1, Integer::sum);
                    default -> {}
                }
            }
        }
    }

    private static Suite suite(XMLStreamReader xml) {
        return new Suite(
                simple(xml.getAttributeValue(null, "name")),
                number(xml, "tests"),
                number(xml, "failures") + number(xml, "errors"),
                number(xml, "skipped"),
                Double.parseDouble(xml.getAttributeValue(null, "time").replace(",", "")));
    }

    private static int number(XMLStreamReader xml, String name) {
        return Integer.parseInt(xml.getAttributeValue(null, name));
    }

    private static String reason(XMLStreamReader xml) {
        var message = xml.getAttributeValue(null, "message");
        return message == null || message.isBlank() ? "no reason given" : message.strip();
    }

    private static String simple(String name) {
        return name == null ? "?" : name.substring(name.lastIndexOf('.') + 1);
    }

    /** Says what there is to say; whether nothing failed. */
    private boolean print() {
        var tests = suites.stream().mapToInt(Suite::tests).sum();
        var failures = suites.stream().mapToInt(Suite::failures).sum();
        var skipped = suites.stream().mapToInt(Suite::skipped).sum();
        System.out.printf(
                "Modules: %d tests in %d classes, %d failed, %d skipped.%n",
                tests, suites.size(), failures, skipped);
        suites.stream()
                .filter(suite -> suite.failures > 0)
                .forEach(suite -> System.out.printf("  failed: %s (%d)%n", suite.name, suite.failures));
        skips.forEach((what, count) -> System.out.printf("  skipped: %s (%d)%n", what, count));
        var slowest = suites.stream().sorted(Comparator.comparingDouble(Suite::seconds).reversed());
        slowest.limit(3)
                .filter(suite -> suite.seconds >= 10)
                .forEach(suite -> System.out.printf("  slow: %s, %.0f s%n", suite.name, suite.seconds));
        return failures == 0;
    }
}
