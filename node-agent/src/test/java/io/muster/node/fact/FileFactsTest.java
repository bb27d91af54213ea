package io.muster.node.fact;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.exec.Command;
import io.muster.exec.CommandRunner;
import io.muster.exec.ProcessRunner;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.node.host.Scripted;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

class FileFactsTest {
    @TempDir private Path folder;
    private final CommandRunner runner = new ProcessRunner();

    private void drop(String name, String content, String mode) throws IOException {
        Files.writeString(folder.resolve(name), content);
        Files.setPosixFilePermissions(folder.resolve(name), PosixFilePermissions.fromString(mode));
    }

    private FactSource.Collected files() {
        return new FileFacts(folder).collect();
    }

    private ProgramFacts programs() {
        return new ProgramFacts(folder, runner, Duration.ofSeconds(1));
    }

    @Test
    void jsonAndLinesAreReadInOrderOfTheirNames() throws IOException {
        drop(
                "20.txt",
                "# role of this machine\nrole = mail\nurl=http://x/?a=b\n=no\nnothing\n",
                "rw-r--r--");
        drop("10.json", "{\"role\": \"web\", \"site\": {\"rack\": 7}}", "rw-r--r--");
        drop(".hidden.json", "{\"hidden\": 1}", "rw-r--r--");
        drop("old.json.bak", "{\"old\": 1}", "rw-r--r--");
        drop("readme", "role=nobody\n", "rw-r--r--");

        assertThat(Json.text(files().facts()))
                .isEqualTo("{\"role\":\"mail\",\"site\":{\"rack\":7},\"url\":\"http://x/?a=b\"}");
        assertThat(files().problems()).isEmpty();
    }

    @Test
    void folderThatIsNotThereHasNoFacts() {
        var none = new FileFacts(folder.resolve("none")).collect();

        assertThat(none.facts().members()).isEmpty();
        assertThat(none.problems()).isEmpty();
    }

    @Test
    void oneBadFileDoesNotHurtTheOthers() throws IOException {
        drop("a.json", "{\"a\": 1", "rw-r--r--");
        drop("b.json", "{\"b\": 1}", "rw-r--r--");
        drop("c.json", "x".repeat(FileFacts.MAX + 1), "rw-r--r--");
        drop("d.yaml", "d: 1", "rw-r--r--");

        assertThat(files().facts().members()).containsOnlyKeys("b");
        assertThat(files().problems())
                .hasSize(3)
                .anySatisfy(p -> assertThat(p).contains("a.json", "not strict JSON"))
                .anySatisfy(p -> assertThat(p).contains("c.json", "longer than"))
                .anySatisfy(p -> assertThat(p).contains("d.yaml", "write it as JSON"));
    }

    @Test
    void fileThatOthersMayWriteIsNotBelieved() throws IOException {
        drop("a.json", "{\"a\": 1}", "rw-rw-r--");
        drop("b", "#!/bin/sh\necho b=1\n", "rwxrwxr-x");

        assertThat(files().facts().members()).isEmpty();
        assertThat(files().problems()).hasSize(2);
        assertThat(programs().collect().facts().members()).isEmpty();
    }

    @Test
    void linkIsNotFollowed(@TempDir Path elsewhere) throws IOException {
        Files.writeString(elsewhere.resolve("a.json"), "{\"a\": 1}");
        Files.createSymbolicLink(folder.resolve("a.json"), elsewhere.resolve("a.json"));

        assertThat(files().facts().members()).isEmpty();
        assertThat(files().problems()).singleElement().asString().contains("symbolic link");
        Files.delete(folder.resolve("a.json"));
    }

    @Test
    void programsTellLinesOrJson() throws IOException {
        drop("a", "#!/bin/sh\necho one=1\necho 'two = a b'\n", "rwxr-xr-x");
        drop("b.sh", "#!/bin/sh\necho '{\"b\": {\"c\": true}}'\n", "rwxr-xr-x");

        assertThat(Json.text(programs().collect().facts()))
                .isEqualTo("{\"b\":{\"c\":true},\"one\":\"1\",\"two\":\"a b\"}");
    }

    @Test
    void whatAFailingProgramSaidBeforeIsKept() throws IOException {
        var programs = programs();
        drop("a", "#!/bin/sh\necho a=1\n", "rwxr-xr-x");
        programs.collect();
        drop("a", "#!/bin/sh\necho a=2\nexit 3\n", "rwxr-xr-x");

        var collected = programs.collect();

        assertThat(Json.text(collected.facts())).isEqualTo("{\"a\":\"1\"}");
        assertThat(collected.problems())
                .singleElement()
                .asString()
                .endsWith("exit status 3; what it said before is kept");
        Files.delete(folder.resolve("a"));
        assertThat(programs.collect().facts().members()).isEmpty();
    }

    @Test
    void programThatLeavesAChildBehindOrHangsIsNotWaitedFor() throws IOException {
        drop("a", "#!/bin/sh\nsleep 60 &\necho a=1\n", "rwxr-xr-x");
        drop("b", "#!/bin/sh\nexec sleep 60\n", "rwxr-xr-x");

        Assertions.assertThatCode(
                        () ->
                                org.junit.jupiter.api.Assertions.assertTimeout(
                                        Duration.ofSeconds(20), () -> programs().collect()))
                .doesNotThrowAnyException();
        assertThat(programs().collect().problems())
                .singleElement()
                .asString()
                .contains("took too long");
    }

    @Test
    void programThatSaysTooMuchIsNotBelieved() throws IOException {
        drop("a", "#!/bin/sh\nhead -c 100000 /dev/zero\n", "rwxr-xr-x");

        assertThat(programs().collect().problems())
                .singleElement()
                .asString()
                .contains("wrote more");
    }

    @Test
    void facterCountsThoughItEndsWithStatusOne() {
        var facter = new Scripted(_ -> Scripted.exited(1, "{\"x\": {\"y\": 1}}", "oops"));
        var facts = new CommandFacts(facter, List.of("/usr/bin/facter", "--json"));

        assertThat(Json.text(facts.collect().facts())).isEqualTo("{\"x\":{\"y\":1}}");
        assertThat(facter.commands().getFirst())
                .extracting(Command::arguments)
                .isEqualTo(List.of("/usr/bin/facter", "--json"));
    }

    @Test
    void collectorThatSaysNoJsonIsAProblem() {
        var broken = new Scripted(_ -> Scripted.exited(0, "hello", ""));

        Assertions.assertThatThrownBy(
                        () -> new CommandFacts(broken, List.of("/usr/bin/facter")).collect())
                .isInstanceOf(MalformedException.class);
    }

    @Property
    void anyTextIsFactsOrMalformed(@ForAll String text) {
        try {
            FactText.either(text).members().keySet().forEach(name -> assertThat(name).isNotBlank());
        } catch (MalformedException e) {
            assertThat(text.stripLeading()).startsWith("{");
        }
    }
}
