package io.muster.controller.cli;

import static io.muster.controller.Village.target;
import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.Village;
import io.muster.controller.discovery.Presence;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Request;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** {@code muster explain}: why not, of each node. */
class ExplainCommandTest {
    @TempDir private Path home;

    private final Village village = new Village();
    private final List<Request> asked = new CopyOnWriteArrayList<>();
    private CommandContext context = new CommandContext(village, Path.of("/"));

    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
        for (int i = 1; i <= 2; i++) {
            village.node("n-" + i, "web0" + i, this::fine);
        }
        village.node("n-3", "web03", this::against);
        village.node(
                "n-4",
                "web04",
                _ ->
                        new Outcome.Refused(
                                Reason.LOCKED, "operator/alice is locked by operator/bob"));
        village.node("n-6", (_, _) -> {});
        village.hub(
                up("n-1", "web01"),
                up("n-2", "web02"),
                up("n-3", "web03"),
                up("n-4", "web04"),
                target("n-5", "web05", Presence.DOWN),
                up("n-6", "web06"),
                target("n-7", "web07", Presence.CLONE));
        village.node("n-7", "web07", this::fine);
    }

    @AfterEach
    void close() {
        village.close();
    }

    private Outcome fine(Request request) {
        asked.add(request);
        return explained();
    }

    private Outcome against(Request request) {
        var term =
                Fields.EMPTY
                        .with("option", "-F")
                        .with("text", "role=web")
                        .with("holds", false)
                        .with("is", "role is mail");
        var data =
                explained(
                                Fields.EMPTY
                                        .with("reason", "filter-mismatch")
                                        .with("message", "does not match"),
                                Fields.EMPTY
                                        .with("reason", "busy")
                                        .with("message", "operator/bob is at puppet.run"))
                        .result()
                        .with("filter", new Items(List.of(term)));
        return new Outcome.Ok("2 reasons", data);
    }

    private static Outcome explained(Fields... reasons) {
        return new Outcome.Ok(
                "told",
                Fields.EMPTY
                        .with("would", reasons.length == 0)
                        .with("reasons", new Items(List.<Value>of(reasons)))
                        .with("filter", new Items(List.of())));
    }

    @Test
    void whoWouldIsSaidAndWhatIsAskedIsWhatWasTyped() {
        var ran =
                context.run(
                        "explain",
                        "user.ensure",
                        "web01",
                        "web02",
                        "name=deploy",
                        "-F",
                        "role=web");
        assertThat(ran.out()).matches("web\\[01-02] +would\\n");
        assertThat(ran.code()).isZero();
        var arguments = asked.getFirst().arguments();
        assertThat(arguments.member("action")).contains(Value.of("user.ensure"));
        assertThat(arguments.member("arguments")).contains(Value.of("{\"name\":\"deploy\"}"));
        assertThat(arguments.member("filter")).contains(Value.of("{\"facts\":[\"role=web\"]}"));
    }

    @Test
    void everyReasonIsSaidWhereverItIsKnown() {
        var ran =
                context.run(
                        "explain", "puppet.run", "web03", "web04", "web05", "web07", "-t", "5s");
        assertThat(ran.out())
                .containsPattern(
                        "web03 +would not\\n +filter-mismatch +-F role=web: role is mail\\n")
                .containsPattern(" +busy +operator/bob is at puppet.run\\n")
                .containsPattern("web04 +would not\\n +locked +operator/alice is locked")
                .containsPattern("web05 +would not\\n +offline +down")
                .containsPattern("web07 +would not\\n +frozen +two machines are this node");
        assertThat(ran.code()).isEqualTo(4);
        var json = context.run("explain", "puppet.run", "web03", "-o", "json").out();
        assertThat(json).contains("\"would\" : false", "\"is\" : \"role is mail\"");
        assertThat(context.run("explain", "puppet.run", "web01", "-o", "jsonl").out())
                .startsWith("{\"kind\":\"explain\",\"id\":\"n-1\"");
    }

    @Test
    void silenceIsNoYes() {
        var ran = context.run("explain", "puppet.run", "web01", "web06", "-t", "1s");
        assertThat(ran.out()).containsPattern("web06 +did not answer\\n +no-reply");
        assertThat(ran.code()).isEqualTo(5);
        var unknown = context.run("explain", "puppet.run", "web01", "web99");
        assertThat(unknown.err()).contains("no node is called 'web99' in this collective");
        assertThat(unknown.code()).isEqualTo(5);
        assertThat(context.run("explain", "puppet.run").code()).isEqualTo(2);
    }
}
