package io.muster.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.exec.Result.Ending.Exited;
import io.muster.exec.Result.Ending.NotStarted;
import io.muster.message.Bytes;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class ProcessRunnerTest {
    private final ProcessRunner runner = new ProcessRunner();

    private static Command shell(String script) {
        return Command.of("/bin/sh", "-c", script);
    }

    @Test
    void statusAndBothOutputsComeBack() {
        var result = runner.run(shell("echo out; echo err >&2; exit 7"));

        assertThat(result).isEqualTo(new Result(new Exited(7), "out\n", "err\n", 4, 4));
        assertThat(result.succeeded()).isFalse();
        assertThat(runner.run(Command.of("/bin/true")).succeeded()).isTrue();
    }

    @Test
    void signalsShowAsStatusAbove128() {
        assertThat(runner.run(shell("kill -9 $$")).ending()).isEqualTo(new Exited(137));
    }

    @Test
    void environmentIsTheFixedOnePlusWhatTheCommandAdds() {
        var command =
                new Command(
                        List.of("/usr/bin/env"),
                        Map.of("MUSTER_TEST", "a = b"),
                        Bytes.utf8(""),
                        Duration.ofSeconds(20),
                        4096);

        assertThat(runner.run(command).stdout().lines())
                .containsExactlyInAnyOrder(
                        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                        "LANG=C.UTF-8",
                        "HOME=/",
                        "MUSTER_TEST=a = b");
    }

    @Test
    void directoryIsTheRoot() {
        assertThat(runner.run(shell("pwd")).stdout()).isEqualTo("/\n");
    }

    @Test
    void programLeadsAProcessGroupOfItsOwn() {
        var result = runner.run(shell("echo $$; ps -o pgid= -p $$ | tr -d ' '"));

        var lines = result.stdout().lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst()).isEqualTo(lines.getLast());
    }

    @Test
    void inputIsGivenAndThenEnds() {
        assertThat(runner.run(withInput("/bin/cat", "grüße\n")).stdout()).isEqualTo("grüße\n");
        assertThat(runner.run(Command.of("/bin/cat")).stdout()).isEmpty();
    }

    @Test
    void inputLargerThanAnyPipeArrivesWhole() {
        var large = "0123456789abcdef".repeat(64 * 1024);

        assertThat(runner.run(withInput("/usr/bin/sha256sum", large)).stdout())
                .startsWith(Bytes.utf8(large).sha256().hex());
    }

    @Test
    void inputThatNobodyReadsIsNoProblem() {
        var large = "x".repeat(1 << 20);

        assertThat(runner.run(withInput("/bin/true", large)).succeeded()).isTrue();
    }

    private static Command withInput(String program, String input) {
        return new Command(
                List.of(program), Map.of(), Bytes.utf8(input), Duration.ofSeconds(20), 64 * 1024);
    }

    @Test
    void argumentsReachTheProgramAsTheyAre() {
        var odd = List.of("", " ", "a b", "$HOME", "`id`", "'\"", "line\nbreak", "-x", "*", "--");

        var result = runner.run(printing(odd));

        assertThat(result.stdout()).isEqualTo("<" + String.join("><", odd) + ">");
    }

    @Test
    void argumentsOutsideAsciiArriveWholeOrNotAtAll() {
        var result = runner.run(printing(List.of("grün €")));

        if (result.ending() instanceof NotStarted(String problem)) {
            assertThat(problem).contains("LC_ALL=C.UTF-8");
        } else {
            assertThat(result.stdout()).isEqualTo("<grün €>");
        }
    }

    private static Command printing(List<String> operands) {
        var arguments = new ArrayList<String>();
        arguments.add("<%s>");
        arguments.addAll(operands);
        return Command.of("/usr/bin/printf", arguments.toArray(String[]::new));
    }

    @Test
    void whatCannotBeStartedIsSaid(@TempDir Path directory) throws IOException {
        var plain = Files.writeString(directory.resolve("plain"), "#!/bin/sh\n");
        var broken = executable(directory.resolve("broken"), "#!/no/such/interpreter\n");

        assertThat(problem(Command.of("ls"))).isEqualTo("not an absolute path: 'ls'");
        assertThat(problem(Command.of("/no/such"))).isEqualTo("no such program: /no/such");
        assertThat(problem(Command.of("/tmp"))).isEqualTo("not an executable file: /tmp");
        assertThat(problem(Command.of(plain.toString()))).startsWith("not an executable file");
        assertThat(problem(Command.of("/bin/echo", "a\0b")))
                .isEqualTo("no program can take a NUL: 'a\\u{0}b'");
        assertThat(problem(Command.of("/bin/\0")))
                .isEqualTo("no program can take a NUL: '/bin/\\u{0}'");
        assertThat(problem(Command.of(broken.toString()))).contains("failed to execute");
        assertThat(problem(Command.of("/bin/echo", "x".repeat(200_000))))
                .contains("Argument list too long");
        assertThat(problem(withVariable("A=B", "c"))).contains("A=B");
    }

    @Test
    void textThatTheLocaleWouldDamageIsNotPassedOn() {
        var posix =
                new ProcessRunner(Optional.empty(), Optional.empty(), StandardCharsets.US_ASCII);

        var result = posix.run(Command.of("/bin/echo", "grün"));

        assertThat(result.ending())
                .isEqualTo(
                        new NotStarted(
                                "cannot be passed on in US-ASCII: 'grün'; start this process with"
                                        + " LC_ALL=C.UTF-8"));
    }

    private String problem(Command command) {
        var result = runner.run(command);
        assertThat(result.ending()).isInstanceOf(NotStarted.class);
        assertThat(result.stdout() + result.stderr()).isEmpty();
        return ((NotStarted) result.ending()).problem();
    }

    private static Command withVariable(String name, String value) {
        return new Command(
                List.of("/bin/true"),
                Map.of(name, value),
                Bytes.utf8(""),
                Duration.ofSeconds(20),
                10);
    }

    private static Path executable(Path file, String content) throws IOException {
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file;
    }

    @Test
    void commandWithoutSenseCannotBeMade() {
        assertThatThrownBy(
                        () ->
                                new Command(
                                        List.of(),
                                        Map.of(),
                                        Bytes.utf8(""),
                                        Duration.ofSeconds(1),
                                        1))
                .hasMessage("no program named");
        assertThatThrownBy(
                        () ->
                                new Command(
                                        List.of("/bin/true"),
                                        Map.of(),
                                        Bytes.utf8(""),
                                        Duration.ZERO,
                                        1))
                .hasMessageContaining("PT0S");
        assertThatThrownBy(
                        () ->
                                new Command(
                                        List.of("/bin/true"),
                                        Map.of(),
                                        Bytes.utf8(""),
                                        Duration.ofSeconds(1),
                                        -1))
                .hasMessageContaining("-1 bytes");
    }
}
