package io.muster.node.action;

import static io.muster.node.action.Trial.list;
import static io.muster.node.action.Trial.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.ActionName;
import io.muster.message.Outcome;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

class ExternalActionsTest {
    private static final String FOLDER = "etc/muster/actions.d/";
    private static final ActionName GREET = new ActionName("hello.greet");
    private static final Fields BOB = Fields.EMPTY.with("whom", "bob");

    private static final String SPEC =
            """
            {"name": "hello.greet", "summary": "Greet somebody", "class": "read", "timeout": "5s",
             "dryRun": true,
             "inputs": [{"name": "whom", "summary": "who", "kind": "text", "maxLength": 20,
                         "required": true}]}
            """;

    @TempDir private Path directory;
    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

    @SuppressWarnings("NullAway.Init") // before each test
    private Trial trial;

    @BeforeEach
    void open() {
        trial = Trial.on(Trial.sandbox(directory), now::get);
    }

    private void drop(String name, String spec, String script) throws IOException {
        Trial.put(directory, FOLDER + name, "#!/bin/sh\n" + script, "rwxr-xr-x");
        Trial.put(directory, FOLDER + name + ".json", spec, "rw-r--r--");
    }

    private void passASecond() {
        now.updateAndGet(time -> time.plus(Duration.ofSeconds(1)));
    }

    @Test
    void droppedInActionIsPickedUpWithinASecondAndTakenAwayAgain() throws IOException {
        assertThat(trial.node().actions().find(GREET)).isEmpty();
        drop("hello.greet", SPEC, "echo '{\"state\": \"ok\"}'");
        assertThat(trial.node().actions().find(GREET)).as("looked a moment ago").isEmpty();

        passASecond();
        assertThat(trial.node().actions().names()).contains(GREET);
        assertThat(trial.node().actions().specs())
                .anySatisfy(spec -> assertThat(spec.name()).isEqualTo(GREET));

        Files.delete(directory.resolve(FOLDER + "hello.greet"));
        passASecond();
        assertThat(trial.node().actions().find(GREET)).isEmpty();
    }

    @Test
    void changedSpecIsReadAgain() throws IOException {
        drop("hello.greet", SPEC, "");
        trial.node().actions().specs();
        drop("hello.greet", SPEC.replace("Greet somebody", "Say hello"), "");

        passASecond();

        assertThat(trial.node().actions().find(GREET).orElseThrow().spec().summary())
                .isEqualTo("Say hello");
    }

    @Test
    void programIsToldWhatItIsAskedAndByWhom() throws IOException {
        drop(
                "hello.greet",
                SPEC,
                "read -r line; printf '{\"state\":\"ok\",\"data\":%s}' \"$line\"");

        var outcome = trial.run("hello.greet", BOB, true);

        assertThat(outcome).isInstanceOf(Outcome.Ok.class);
        assertThat(text(outcome, "action")).isEqualTo("hello.greet");
        assertThat(text(outcome, "input")).isEqualTo("{\"whom\":\"bob\"}");
        assertThat(text(outcome, "dryRun")).isEqualTo("true");
        assertThat(text(outcome, "requestId")).isEqualTo("0123456789abcdef0123456789abcdef");
        assertThat(text(outcome, "caller")).isEqualTo("operator/alice");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"state":"ok","message":"hi"}        | ok      | hi
                    {"state":"changed","message":"did"}  | changed | did
                    {"state":"failed","message":"alas"}  | failed  | alas
                    """)
    void statesBecomeOutcomes(String answer, String word, String message) throws IOException {
        drop("hello.greet", SPEC, "echo '" + answer + "'");

        var outcome = trial.run("hello.greet", BOB);

        assertThat(outcome.word()).isEqualTo(word);
        assertThat(outcome.message()).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    echo nonsense                                | bad-answer
                    true                                         | bad-answer
                    echo '{"state":"fine"}'                      | bad-answer
                    echo '{"state":"ok","more":1}'               | bad-answer
                    echo '{"state":"ok"}{}'                      | bad-answer
                    echo '{"state":"failed","code":"NO CODE"}'   | bad-answer
                    echo '{"state":"failed","code":"disk-full"}' | disk-full
                    echo '{"state":"ok"}'; exit 3                | exit-status
                    echo '{"state":"failed","code":"odd"}'; exit 3 | odd
                    echo trouble >&2; exit 1                     | exit-status
                    head -c 200000 /dev/zero                     | bad-answer
                    sleep 60                                     | timeout
                    """)
    void whatGoesWrongIsAFailureWithACode(String script, String code) throws IOException {
        drop("hello.greet", SPEC.replace("5s", "1s"), script);

        var outcome = trial.run("hello.greet", BOB);

        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        assertThat(((Outcome.Failed) outcome).code()).isEqualTo(code);
    }

    @Test
    void dataThatNoReplyCouldCarryIsAFailure() throws IOException {
        var deep = "[".repeat(14) + "]".repeat(14);
        drop("hello.greet", SPEC, "echo '{\"state\":\"ok\",\"data\":{\"x\":" + deep + "}}'");

        assertThat(trial.run("hello.greet", BOB).message()).contains("nesting depth");
    }

    @Test
    void oneThatCannotBeUsedIsToldAndDoesNotHurtTheOthers() throws IOException {
        drop("hello.greet", SPEC, "echo '{\"state\":\"ok\"}'");
        drop("bad.spec", "{\"name\": \"bad.spec\", ", "");
        drop("other.name", SPEC, "");
        drop("node.ping", SPEC.replace("hello.greet", "node.ping"), "");
        Trial.put(directory, FOLDER + "lonely.spec.json", SPEC, "rw-r--r--");
        Trial.put(directory, FOLDER + "lonely.program", "", "rwxr-xr-x");
        drop("no.exec", SPEC.replace("hello.greet", "no.exec"), "");
        Trial.put(directory, FOLDER + "no.exec", "", "rw-r--r--");

        assertThat(trial.run("hello.greet", BOB)).isInstanceOf(Outcome.Ok.class);
        var outcome = trial.run("node.actions", Fields.EMPTY);
        assertThat(list(outcome, "problems"))
                .hasSize(6)
                .anySatisfy(p -> assertThat(p).contains("bad.spec.json", "not strict JSON"))
                .anySatisfy(p -> assertThat(p).contains("describes hello.greet, not other.name"))
                .anySatisfy(p -> assertThat(p).contains("node.ping: a built-in action"))
                .anySatisfy(p -> assertThat(p).contains("describes hello.greet, not lonely.spec"))
                .anySatisfy(p -> assertThat(p).contains("lonely.program has no spec"))
                .anySatisfy(p -> assertThat(p).contains("no.exec is missing or not executable"));
        assertThat(trial.run("node.ping", Fields.EMPTY).message()).isEqualTo("here");
    }

    @Test
    void programThatOthersMayWriteIsNotUsed() throws IOException {
        drop("hello.greet", SPEC, "echo '{\"state\":\"ok\"}'");
        Trial.put(directory, FOLDER + "hello.greet", "#!/bin/sh\n", "rwxrwxr-x");

        assertThat(trial.node().actions().find(GREET)).isEmpty();
        assertThat(trial.node().actions().problems())
                .anySatisfy(p -> assertThat(p).contains("hello.greet is writable by others"));
    }

    @Test
    void programThatBecameUntrustedSinceItWasFoundIsNotRun() throws IOException {
        drop("hello.greet", SPEC, "echo '{\"state\":\"ok\"}'");
        trial.node().actions().find(GREET);
        Trial.put(directory, FOLDER + "hello.greet", "#!/bin/sh\n", "rwxrwxrwx");

        var outcome = trial.run("hello.greet", BOB);

        assertThat(((Outcome.Failed) outcome).code()).isEqualTo("not-trusted");
    }

    @Test
    void linkToAProgramIsNotUsed() throws IOException {
        drop("hello.greet", SPEC, "");
        var program = directory.resolve(FOLDER + "hello.greet");
        Files.move(program, directory.resolve("elsewhere"));
        Files.createSymbolicLink(program, directory.resolve("elsewhere"));

        assertThat(trial.node().actions().find(GREET)).isEmpty();
        assertThat(trial.node().actions().problems())
                .anySatisfy(p -> assertThat(p).contains("symbolic link"));
    }

    @Test
    void folderThatOthersMayWriteIsNotUsedAtAll() throws IOException {
        drop("hello.greet", SPEC, "");
        Trial.put(directory, FOLDER + "x.y", "", "rwxr-xr-x");
        Files.setPosixFilePermissions(
                directory.resolve(FOLDER), PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThat(trial.node().actions().find(GREET)).isEmpty();
        assertThat(trial.node().actions().problems()).hasSize(1);
    }
}
