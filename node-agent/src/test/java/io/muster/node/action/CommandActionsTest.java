package io.muster.node.action;

import static io.muster.node.action.Trial.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Json;
import io.muster.message.Outcome;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

class CommandActionsTest {
    @TempDir private Path directory;

    private Outcome run(String script, String... arguments) throws IOException {
        Trial.put(directory, "bin/tool", "#!/bin/sh\n" + script, "rwxr-xr-x");
        var all = new ArrayList<>(List.of("/bin/tool"));
        all.addAll(List.of(arguments));
        return run(Fields.EMPTY.with("argv", Value.texts(all)));
    }

    private Outcome run(Fields arguments) throws IOException {
        return Trial.on(Trial.sandbox(directory)).run("command.run", arguments);
    }

    @Test
    void streamsAndStatusAreToldApart() throws IOException {
        var outcome = run("echo out; echo err >&2; exit 3");

        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        assertThat(((Outcome.Failed) outcome).code()).isEqualTo("exit-status");
        assertThat(outcome.message()).isEqualTo("/bin/tool ended with status 3");
        assertThat(text(outcome, "stdout")).isEqualTo("out\n");
        assertThat(text(outcome, "stderr")).isEqualTo("err\n");
        assertThat(text(outcome, "exit")).isEqualTo("3");
    }

    @Test
    void argumentsAreNotReadByAShell() throws IOException {
        var outcome = run("for a; do echo \"<$a>\"; done", "$(id)", "a b", "*", "; reboot");

        assertThat(outcome).isInstanceOf(Outcome.Changed.class);
        assertThat(text(outcome, "stdout")).isEqualTo("<$(id)>\n<a b>\n<*>\n<; reboot>\n");
    }

    @Test
    void muchOutputIsCutAndCountedAndSaidToBeLostWhereNothingIsKept() throws IOException {
        var outcome = run("head -c 300000 /dev/zero | tr '\\0' '\\377'");

        assertThat(text(outcome, "stdout_bytes")).isEqualTo("300000");
        assertThat(outcome.message())
                .endsWith("not all 300000 bytes of stdout are here, the rest is lost");
        assertThat(Json.write(outcome.toValue()).length()).isLessThan(128 * 1024);
    }

    @Test
    void statusOfASignalIsNamed() throws IOException {
        assertThat(run("kill -9 $$").message()).contains("status 137 (probably signal 9)");
    }

    @Test
    void slowProgramIsEndedInTime() throws IOException {
        Trial.put(directory, "bin/slow", "#!/bin/sh\nexec sleep 60\n", "rwxr-xr-x");

        var outcome =
                run(
                        Fields.EMPTY
                                .with("argv", Value.texts(List.of("/bin/slow")))
                                .with("timeout", "1s"));

        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        assertThat(((Outcome.Failed) outcome).code()).isEqualTo("timeout");
    }

    @Test
    void programThatIsNotThereIsNotStarted() throws IOException {
        var outcome = run(Fields.EMPTY.with("argv", Value.texts(List.of("/bin/none"))));

        assertThat(((Outcome.Failed) outcome).code()).isEqualTo("not-started");
    }

    @Test
    void relativePathIsRefused() throws IOException {
        assertThat(run(Fields.EMPTY.with("argv", Value.texts(List.of("tool")))))
                .isInstanceOf(Outcome.Refused.class);
    }
}
