package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The launcher of the distribution, with programs that only tell how they were started. */
@TestInstance(Lifecycle.PER_CLASS)
class LauncherIT {

    private Path work;
    private Installation installation;

    @BeforeAll
    void install(@TempDir Path folder) throws IOException {
        work = folder;
        installation = Installation.at(work.resolve("a place/with blanks"), work, "");
    }

    @ParameterizedTest
    @CsvSource({
        "ping, controller",
        "agent, agent",
        "hub, hub",
        "ca, hub",
        "broker, hub",
        "agents, controller",
        "help, controller"
    })
    void theVerbPicksTheProgram(String verb, String role) throws Exception {
        assertThat(installation.muster(verb).program()).isEqualTo(role);
        assertThat(installation.muster("--debug", verb).program()).isEqualTo(role);
    }

    @Test
    void helpAboutAnotherProgramsVerbIsAskedOfThatProgram() throws Exception {
        var started = installation.muster("help", "ca", "token");
        assertThat(started.program()).isEqualTo("hub");
        assertThat(started.words()).containsExactly("<ca>", "<token>", "<--help>");
        assertThat(installation.muster("help", "ping").program()).isEqualTo("controller");
    }

    @Test
    void withoutWordsItIsTheController() throws Exception {
        assertThat(installation.muster().program()).isEqualTo("controller");
    }

    @Test
    void wordsArriveAsTyped() throws Exception {
        var started =
                installation.muster("run", "", "a  b", "*", "$HOME", "it's", "\\", "-F", "x=\"y\"");
        assertThat(started.words())
                .containsExactly(
                        "<run>",
                        "<>",
                        "<a  b>",
                        "<*>",
                        "<$HOME>",
                        "<it's>",
                        "<\\>",
                        "<-F>",
                        "<x=\"y\">");
    }

    @Test
    void theProgramTakesThePlaceOfTheLauncher() throws Exception {
        var started = installation.muster("ping");
        assertThat(started.out()).contains("pid=" + started.pid() + "\n");
        assertThat(started.err()).isEmpty();
    }

    @Test
    void linksToTheLauncherWork() throws Exception {
        var bin = Files.createDirectories(work.resolve("usr/bin"));
        var absolute = Files.createSymbolicLink(bin.resolve("muster"), installation.launcher());
        var relative = Files.createSymbolicLink(work.resolve("m"), Path.of("usr/bin/muster"));
        assertThat(installation.start(Map.of(), absolute, "agent").program()).isEqualTo("agent");
        assertThat(installation.start(Map.of(), relative, "hub").program()).isEqualTo("hub");
    }

    @Test
    void optionsForJavaComeLast() throws Exception {
        var options = Map.of("MUSTER_JAVA_OPTS", "-XX:TieredStopAtLevel=4 -XshowSettings:vm");
        var started = installation.start(options, installation.launcher(), "ping");
        assertThat(started.program()).isEqualTo("controller");
        assertThat(started.err()).contains("VM settings");
    }

    /** Their service manager starts them again. */
    @Test
    void aDaemonWithoutMemoryEndsAndACommandSaysSo() throws Exception {
        for (var verb : List.of("agent", "hub")) {
            var started = installation.muster(verb, "greedy");
            assertThat(started.status()).isEqualTo(3);
            assertThat(started.out()).doesNotContain("goes on");
        }
        assertThat(installation.muster("ping", "greedy").out()).contains("goes on");
    }

    @Test
    void anotherJavaThanNamedIsNeverUsed() throws Exception {
        var named = Map.of("MUSTER_JAVA", work.toString());
        var started = installation.start(named, installation.launcher(), "ping");
        assertThat(started.status()).isEqualTo(1);
        assertThat(started.err())
                .startsWith("muster: needs Java 25 and found none: ")
                .contains("MUSTER_JAVA (now " + work + ")")
                .hasLineCount(1);
        assertThat(started.out()).isEmpty();
    }

    @Test
    void anOldJavaIsSaidAndNotUsed() throws Exception {
        var java = Files.createDirectories(work.resolve("old/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho never\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        Files.writeString(
                work.resolve("old/release"), "X=\"y\"\nJAVA_VERSION=\"17.0.15\"\nZ=\"1\"\n");
        var named = Map.of("MUSTER_JAVA", java.toString());
        var started = installation.start(named, installation.launcher(), "ping");
        assertThat(started.status()).isEqualTo(1);
        assertThat(started.err()).contains("found Java 17.0.15 in " + work.resolve("old"));
        assertThat(started.out()).isEmpty();

        var home = Map.of("JAVA_HOME", work.resolve("old").toString());
        assertThat(installation.start(home, installation.launcher(), "ping").program())
                .isEqualTo("controller");
    }

    @Test
    void aMissingListSaysWhatIsIncomplete() throws Exception {
        var incomplete = installation.copiedTo(work.resolve("incomplete"));
        Files.delete(incomplete.list(Role.AGENT));
        var started = incomplete.muster("agent");
        assertThat(started.status()).isEqualTo(1);
        assertThat(started.err()).contains("lib/agent.classpath is missing");
    }

    @Test
    void noProgramHoldsTheJarsOfAnother() throws Exception {
        assertThat(installation.classPath(Role.CONTROLLER))
                .noneMatch(
                        jar -> jar.matches("muster-(broker|hub|node-agent)-.*|activemq-broker-.*"));
        assertThat(installation.classPath(Role.AGENT))
                .noneMatch(
                        jar -> jar.matches("muster-(broker|hub|controller)-.*|activemq-broker-.*"))
                .noneMatch(jar -> jar.matches("jackson-databind-.*"));
        assertThat(installation.classPath(Role.HUB))
                .noneMatch(jar -> jar.matches("muster-(node-agent|controller)-.*"));
    }
}
