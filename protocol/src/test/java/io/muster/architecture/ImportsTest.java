package io.muster.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads the sources of all modules: each library stays in its place, and dependencies point one
 * way.
 */
class ImportsTest {
    private static final Path ROOT = Path.of("..");
    private static final List<String> MODULES =
            List.of("protocol", "broker", "hub", "node-agent", "controller");
    private static final Pattern IMPORT =
            Pattern.compile("^import (?:static )?([\\w.]+)(\\.\\*)?;", Pattern.MULTILINE);

    private record Source(String module, Path file, String packageName, String text) {
        List<String> imports() {
            return IMPORT.matcher(text).results().map(m -> m.group(1)).toList();
        }

        boolean in(String... packages) {
            return Stream.of(packages)
                    .anyMatch(p -> packageName.equals(p) || packageName.startsWith(p + "."));
        }

        String name() {
            return file.getFileName().toString();
        }
    }

    private static List<Source> sources() throws IOException {
        var sources = new ArrayList<Source>();
        for (var module : MODULES) {
            var root = ROOT.resolve(module).resolve("src/main/java");
            try (var files = Files.walk(root)) {
                for (var file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    var folder = root.relativize(file.getParent()).toString().replace('/', '.');
                    sources.add(new Source(module, file, folder, Files.readString(file)));
                }
            }
        }
        assertThat(sources).hasSizeGreaterThan(50);
        return sources;
    }

    private static void onlyIn(String library, String... packages) throws IOException {
        for (var source : sources()) {
            if (!source.in(packages)) {
                assertThat(source.imports())
                        .as(source.file().toString())
                        .noneMatch(i -> i.startsWith(library));
            }
        }
    }

    @Test
    void theBusLibraryIsMetInOnePackage() throws IOException {
        onlyIn("jakarta.jms", "io.muster.transport.jms", "io.muster.broker");
        onlyIn("org.apache.activemq", "io.muster.transport.jms", "io.muster.broker");
        onlyIn("org.apache.activemq.broker", "io.muster.broker");
    }

    @Test
    void cryptographyStaysWithThoseWhoVouch() throws IOException {
        onlyIn("org.bouncycastle", "io.muster.security");
        onlyIn(
                "javax.crypto",
                "io.muster.security",
                "io.muster.enrolment",
                "io.muster.hub.enrolment");
        onlyIn(
                "javax.net.ssl",
                "io.muster.security",
                "io.muster.enrolment",
                "io.muster.hub.enrolment",
                "io.muster.transport.jms",
                "io.muster.broker");
    }

    /** Randomness may be anybody's, and one place knows the digest that names things. */
    @Test
    void keysAndCertificatesStayWithThoseWhoVouch() throws IOException {
        for (var source : sources()) {
            if (source.in(
                            "io.muster.security",
                            "io.muster.enrolment",
                            "io.muster.hub.enrolment",
                            "io.muster.transport.jms",
                            "io.muster.broker")
                    || source.name().equals("Bytes.java")) {
                continue;
            }
            assertThat(source.imports())
                    .as(source.file().toString())
                    .filteredOn(i -> i.startsWith("java.security"))
                    .allMatch("java.security.SecureRandom"::equals);
        }
    }

    @Test
    void commandLinesAreReadByCommandsAndMains() throws IOException {
        for (var source : sources()) {
            if (source.in("io.muster.controller.cli", "io.muster.hub.cli")
                    || source.name().endsWith("Main.java")
                    || source.name().endsWith("Command.java")) {
                continue;
            }
            assertThat(source.imports())
                    .as(source.file().toString())
                    .noneMatch(i -> i.startsWith("picocli"));
        }
    }

    @Test
    void jsonThatTravelsHasOneReader() throws IOException {
        for (var source : sources()) {
            if (source.in("io.muster.controller.cli") || source.name().equals("Json.java")) {
                continue;
            }
            assertThat(source.imports())
                    .as(source.file().toString())
                    .noneMatch(i -> i.startsWith("com.fasterxml"));
        }
    }

    @Test
    void whatPeopleWriteAsYamlHasOneReader() throws IOException {
        onlyIn("org.yaml", "io.muster.controller.plan");
    }

    @Test
    void programsAreStartedInOnePlace() throws IOException {
        for (var source : sources()) {
            if (!source.in("io.muster.exec")) {
                assertThat(source.text())
                        .as(source.file().toString())
                        .doesNotContainPattern("\\bProcessBuilder\\b|getRuntime\\(\\)\\.exec");
            }
        }
    }

    @Test
    void onlyMainsTouchTheProcess() throws IOException {
        for (var source : sources()) {
            if (!source.name().endsWith("Main.java")) {
                assertThat(source.text())
                        .as(source.file().toString())
                        .doesNotContain("System.exit(")
                        .doesNotContain("System.out")
                        .doesNotContain("System.getenv(");
            }
        }
    }

    @Test
    void noMessageMeetsAnUnboundedRegex() throws IOException {
        onlyIn("com.google.re2j", "io.muster.filter", "io.muster.action", "io.muster.policy");
        for (var source : sources()) {
            if (source.in("io.muster.filter")) {
                assertThat(source.imports())
                        .as(source.file().toString())
                        .noneMatch(i -> i.startsWith("java.util.regex"));
            }
        }
    }

    @Test
    void theModulesMeetOnlyInProtocol() throws IOException {
        var own =
                Map.of(
                        "hub", "io.muster.hub",
                        "node-agent", "io.muster.node",
                        "controller", "io.muster.controller",
                        "broker", "io.muster.broker");
        for (var source : sources()) {
            for (var other : own.entrySet()) {
                var allowed =
                        other.getKey().equals(source.module())
                                || (source.module().equals("hub")
                                        && other.getKey().equals("broker"));
                if (!allowed) {
                    assertThat(source.imports())
                            .as(source.file().toString())
                            .noneMatch(i -> i.startsWith(other.getValue() + "."));
                }
            }
        }
    }

    @Test
    void noPackageIsSplitOverModules() throws IOException {
        var modules = new TreeMap<String, Set<String>>();
        for (var source : sources()) {
            modules.computeIfAbsent(source.packageName(), _ -> new TreeSet<>())
                    .add(source.module());
        }
        modules.forEach((name, in) -> assertThat(in).as(name).hasSize(1));
    }

    @Test
    void noFileTellsTwoStories() throws IOException {
        for (var source : sources()) {
            assertThat(source.text().lines().count())
                    .as(source.file().toString())
                    .isLessThanOrEqualTo(400);
        }
    }

    @Test
    void nothingIsImportedByStar() throws IOException {
        for (var source : sources()) {
            assertThat(source.text())
                    .as(source.file().toString())
                    .doesNotContainPattern("(?m)^import .*\\*;");
        }
    }
}
