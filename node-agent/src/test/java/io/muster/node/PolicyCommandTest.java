package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.trust.PolicyBundle;
import io.muster.trust.PolicyBundle.Part;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@code muster policy check} and {@code explain}, as a shell would run them. */
class PolicyCommandTest {
    @TempDir private Path directory;
    private Path file;
    private Path settings;

    private record Ran(String out, String err, int code) {}

    @BeforeEach
    void files() throws IOException {
        settings =
                Files.writeString(
                        directory.resolve("agent.conf"),
                        "state = %1$s\nfacts = %1$s/facts\nactions = %1$s/actions\n"
                                .formatted(directory));
        file = directory.resolve("policy.json");
        policy(
                """
                {"groups":{"leads":["operator/bob","operator/carol"]},"rules":[
                 {"name":"boots","effect":"allow","callers":["operator/alice"],
                  "actions":["node.reboot"],"maxTargets":5,
                  "approvals":{"count":2,"by":["group/leads"]}},
                 {"effect":"deny","callers":["operator/mallory"],"actions":["*"]}]}
                """);
    }

    private void policy(String text) throws IOException {
        Files.writeString(file, text);
    }

    private Ran run(String... words) {
        var out = new StringWriter();
        var err = new StringWriter();
        var all = Stream.concat(Stream.of(words), Stream.of("--config", settings.toString()));
        var code =
                PolicyMain.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                        .execute(all.toArray(String[]::new));
        return new Ran(out.toString(), err.toString(), code);
    }

    private Ran explain(String... words) {
        var start = Stream.of("explain", "--policy", file.toString());
        return run(Stream.concat(start, Stream.of(words)).toArray(String[]::new));
    }

    @Test
    void aGoodPolicyIsGood() {
        var ran = run("check", file.toString());
        assertThat(ran.out()).isEqualTo(file + ": 2 rules, good\n");
        assertThat(ran.code()).isZero();
    }

    @Test
    void aBadOneIsNotAndTheProblemIsNamed() throws IOException {
        policy("{\"rules\":[{\"effect\":\"allow\",\"caller\":[]}]}");
        var ran = run("check", file.toString());
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).contains(file.toString(), "policy: rule 1").hasLineCount(1);
        assertThat(run("check", directory.resolve("none.json").toString()).code()).isEqualTo(2);
    }

    @Test
    void whatNobodyKnowsIsWarnedOf() throws IOException {
        policy(
                """
                {"rules":[
                 {"effect":"allow","callers":["operator/*"],"actions":["comand.run"]},
                 {"effect":"deny","callers":["operator/*"],"actions":["user.ensure"],
                  "arguments":{"nmae":{"equals":"root"}}}]}
                """);
        var ran = run("check", file.toString(), "--output", "json");
        assertThat(ran.code()).isZero();
        assertThat(ran.out())
                .contains("no action 'comand.run' here", "command.run")
                .contains("user.ensure has no input 'nmae': this denies all of it");
    }

    @Test
    void whatIsDeniedAndIsNotThereIsRefusedAsANodeAgentWould() throws IOException {
        policy(
                """
                {"rules":[{"effect":"deny","callers":["operator/*"],"actions":["comand.run"]}]}
                """);
        var ran = run("check", file.toString());
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("rule 1: no action 'comand.run' here", "command.run");
        policy(
                """
                {"rules":[{"effect":"deny","callers":["operator/*"],
                  "actions":["comand.*","trust.lock","node.outcomes"]}]}
                """);
        assertThat(run("check", file.toString()).code()).isZero();
    }

    @Test
    void explainingSaysWhichRuleAndWhatIsMissing() {
        var without = explain("node.reboot", "--caller", "operator/alice");
        assertThat(without.code()).isEqualTo(3);
        assertThat(without.out())
                .startsWith(
                        "refused: approval-missing: rule 1 (boots) would allow it, but: needs 2"
                                + " approvals by group/leads, has 0\n")
                .contains("rule 1 (boots) allows: does not apply")
                .contains("rule 2 denies: does not apply");
        var with = explain("node.reboot", "--caller", "operator/alice", "--approvals", "2");
        assertThat(with.out()).startsWith("allowed by rule 1 (boots)\n");
        assertThat(with.code()).isZero();
        var many =
                explain(
                        "node.reboot",
                        "--caller",
                        "operator/alice",
                        "--approvals",
                        "2",
                        "--targets",
                        "6");
        assertThat(many.out()).startsWith("refused: too-many-targets");
        assertThat(explain("node.reboot", "--caller", "operator/mallory").out())
                .startsWith("refused: policy: rule 2 forbids operator/mallory");
        assertThat(
                        explain(
                                        "node.reboot",
                                        "--caller",
                                        "operator/alice",
                                        "--approved-by",
                                        "operator/bob",
                                        "--output",
                                        "json")
                                .out())
                .contains("\"allowed\" : false", "\"reason\" : \"approval-missing\"");
    }

    @Test
    void aSecretIsExplainedWithoutBeingTold() throws IOException {
        policy(
                """
                {"rules":[{"effect":"allow","callers":["operator/*"],"actions":["command.run"]},
                 {"effect":"deny","callers":["operator/*"],"actions":["command.run"],
                  "arguments":{"stdin":{"pattern":"rm.*"}}}]}
                """);
        var command = List.of("command.run", "argv=/bin/true", "--caller", "operator/alice");
        assertThat(explain(command.toArray(String[]::new)).code()).isZero();
        var sealed = Stream.concat(command.stream(), Stream.of("--sealed", "stdin"));
        var ran = explain(sealed.toArray(String[]::new));
        assertThat(ran.code()).isEqualTo(3);
        assertThat(ran.out()).contains("it is sealed, not looked at");
        assertThat(explain("node.ping", "--caller", "operator/alice", "--sealed", "x").code())
                .isEqualTo(2);
    }

    @Test
    void aBundleIsExplainedWithWhatTheFileDenies() throws IOException {
        Files.writeString(settings, "policy = " + file + "\n", StandardOpenOption.APPEND);
        var all =
                "{\"rules\":[{\"effect\":\"allow\",\"callers\":[\"operator/*\"],\"actions\":[\"node.ping\"]}]}";
        var bundle = new PolicyBundle("test", 7, Instant.EPOCH, List.of(new Part(Map.of(), all)));
        Files.createDirectory(directory.resolve("trust"));
        Files.write(directory.resolve("trust/policy.json"), bundle.encode().toArray());

        var allowed = run("explain", "node.ping", "--caller", "operator/alice");
        assertThat(allowed.err()).isEqualTo("By policy bundle 7 and what the file denies:\n");
        assertThat(allowed.out()).startsWith("allowed by rule 1\n");
        assertThat(run("explain", "node.ping", "--caller", "operator/mallory").out())
                .startsWith("refused: policy: rule 2 forbids operator/mallory");
        assertThat(run("explain", "node.reboot", "--caller", "operator/alice").code()).isEqualTo(3);
    }

    @Test
    void bannersOfNonsenseAreTwo() {
        for (var words :
                List.of(
                        List.of("node.rebot", "--caller", "operator/alice"),
                        List.of("node.reboot", "--caller", "alice"),
                        List.of("node.reboot", "delay=soon", "--caller", "operator/alice"),
                        List.of("node.reboot", "--caller", "operator/alice", "--at", "noon"),
                        List.of("node.reboot", "--caller", "operator/alice", "--targets", "0"),
                        List.of("node.reboot"))) {
            var ran = explain(words.toArray(String[]::new));
            assertThat(ran.code()).as(words.toString()).isEqualTo(2);
            assertThat(ran.out()).isEmpty();
        }
    }
}
