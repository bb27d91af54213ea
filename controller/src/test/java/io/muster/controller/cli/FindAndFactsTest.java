package io.muster.controller.cli;

import static io.muster.controller.Village.target;
import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.Village;
import io.muster.controller.discovery.Presence;
import io.muster.message.Outcome;
import io.muster.message.Reply.Answer;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

class FindAndFactsTest {
    @TempDir private Path home;

    private final Village village = new Village();
    private CommandContext context = new CommandContext(village, Path.of("/"));

    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
    }

    @AfterEach
    void close() {
        village.close();
    }

    private void four() {
        village.hub(
                up("n-1", "web01"),
                up("n-2", "web02"),
                up("n-3", "mail"),
                target("n-4", "old", Presence.DOWN),
                target("n-5", "gone", Presence.LEFT));
    }

    @Test
    void whoMatchesIsANameALineAndWhoIsAwayIsSaid() {
        four();
        var ran = context.run("find");
        assertThat(ran.out()).isEqualTo("mail\nweb01\nweb02\n");
        assertThat(ran.err())
                .isEqualTo(
                        """
                        not meant, for they said goodbye, unless you name them: gone
                        1 more match and are away: old
                        """);
        assertThat(ran.code()).isZero();
        assertThat(context.run("find", "-q").err()).doesNotContain("away").contains("goodbye");
    }

    @Test
    void nobodyIsNoOutputAndCodeThree() {
        four();
        var ran = context.run("find", "-I", "/^db/");
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).isEqualTo("no node matches\n");
        assertThat(ran.code()).isEqualTo(3);
    }

    @Test
    void jsonHasEveryoneWithItsPresence() {
        four();
        var ran = context.run("find", "--output", "jsonl");
        assertThat(ran.out().lines())
                .containsExactly(
                        "{\"kind\":\"discovered\",\"id\":\"n-3\",\"name\":\"mail\",\"presence\":\"up\"}",
                        "{\"kind\":\"discovered\",\"id\":\"n-4\",\"name\":\"old\",\"presence\":\"down\"}",
                        "{\"kind\":\"discovered\",\"id\":\"n-1\",\"name\":\"web01\",\"presence\":\"up\"}",
                        "{\"kind\":\"discovered\",\"id\":\"n-2\",\"name\":\"web02\",\"presence\":\"up\"}");
    }

    @Test
    void byBroadcastWhoeverAnswersIsFoundAndWhoShouldHave() throws IOException {
        context.config("discovery-timeout = 1s\n");
        four();
        village.node("n-1", "web01", _ -> Outcome.ok("here"));
        village.node("n-9", "new", _ -> Outcome.ok("here"));
        var ran = context.run("find", "--discovery", "broadcast", "-o", "names");
        assertThat(ran.out().lines()).containsExactly("mail", "new", "web01", "web02");
    }

    @Test
    void theTimeoutIsHowLongTheHubIsAwaited() {
        village.node("n-1", "web01", _ -> Outcome.ok("here"));
        var start = System.nanoTime();
        var ran = context.run("find", "--timeout", "400ms");
        assertThat(ran.err()).contains("the hub did not answer within 400ms: asked the nodes");
        assertThat(ran.out()).isEqualTo("web01\n");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        assertThat(context.run("find", "-T", "main", "--ttl", "3m").code()).isEqualTo(2);
    }

    @Test
    void aHubThatCannotUseItsRegistryIsNoticed() {
        village.hub(
                (call, hub) -> {
                    var nodes = Village.rows(call.request(), target("n-1", "web01", Presence.UP));
                    var trouble = Fields.EMPTY.with("registry", "redis db:6379: away, for 3m");
                    call.reply(hub, "hub", 0, new Answer.Part(nodes));
                    call.reply(hub, "hub", 1, new Answer.Final(new Outcome.Ok("all", trouble)));
                });
        var ran = context.run("find");
        assertThat(ran.out()).isEqualTo("web01\n");
        assertThat(ran.err())
                .contains(
                        "the hub cannot use its registry, and goes by what it hears itself: redis");
    }

    @Test
    void aListIsTakenFromStandardInput() {
        four();
        var ran = context.typed("web02\nweb99\n").run("find", "--nodes", "-");
        assertThat(ran.out()).isEqualTo("web02\n");
        assertThat(ran.err()).isEqualTo("nobody is called web99\n");
        assertThat(ran.code()).isEqualTo(5);
    }

    @Test
    void whoWasMeantIsGuessedAndNobodyIsListedTwice() {
        four();
        var ran = context.typed("mial\nmail\nn-3\n").run("find", "--nodes", "-");
        assertThat(ran.out()).isEqualTo("mail\n");
        assertThat(ran.err()).isEqualTo("mial: did you mean mail?\nnobody is called mial\n");
        assertThat(ran.code()).isEqualTo(5);
    }

    @Test
    void whatOneRunPrintedTheNextOneTakes() {
        four();
        village.node("n-1", "web01", _ -> Outcome.failed("no", "disk full"));
        village.node("n-2", "web02", _ -> Outcome.ok("here"));
        village.node("n-3", "mail", _ -> Outcome.ok("here"));
        for (var form : new String[] {"json", "jsonl"}) {
            var first = context.run("run", "node.ping", "-o", form);
            assertThat(first.code()).isEqualTo(4);
            var all = context.typed(first.out()).run("find", "--nodes", "-");
            assertThat(all.out()).isEqualTo("mail\nweb01\nweb02\n");
            var failed = context.run("find", "--nodes", "-", "--nodes-in", "failed,no-reply");
            assertThat(failed.out()).isEqualTo("web01\n");
            var nobody = context.run("find", "--nodes", "-", "--nodes-in", "refused");
            assertThat(nobody.out()).isEmpty();
            assertThat(nobody.code()).isEqualTo(3);
        }
    }

    @Test
    void aPlanNamesNodesByTheirRoles() {
        four();
        var site =
                """
                plan: a small site
                roles:
                  web: {names: "web[01-03]"}
                  mail: {names: mail}
                """;
        var all = context.typed(site).run("find", "--plan", "-");
        assertThat(all.out()).isEqualTo("mail\nweb01\nweb02\n");
        assertThat(all.err()).isEqualTo("web03: did you mean web01?\nnobody is called web03\n");
        assertThat(all.code()).isEqualTo(5);
        var web = context.run("find", "--plan", "-", "--role", "mail");
        assertThat(web.out()).isEqualTo("mail\n");
        assertThat(web.code()).isZero();
    }

    @Test
    void aPlanThatIsNoneAndWhatSpeaksOfNoneIsRefused() {
        var ran = context.typed("plan: x\nroles:\n  web: 1\n").run("find", "--plan", "-");
        assertThat(ran.err()).contains("standard input:3:8: role web is a mapping");
        assertThat(ran.code()).isEqualTo(2);
        assertThat(context.run("find", "--role", "web").err()).contains("--plan FILE");
        assertThat(context.run("find", "--plan", "a", "--nodes", "b").err())
                .contains("--nodes and --plan");
    }

    @Test
    void aStateThatIsNoneOrIsAboutNoListIsSaid() {
        assertThat(context.run("find", "--nodes-in", "failed").err()).contains("--nodes FILE");
        var ran = context.typed("{}").run("find", "--nodes", "-", "--nodes-in", "faild");
        assertThat(ran.err()).contains("'faild'").contains("did you mean failed?");
        assertThat(ran.code()).isEqualTo(2);
    }

    private void roles() {
        role("n-1", "web01", "web");
        role("n-2", "web02", "web");
        role("n-3", "mail", "mail");
        village.node(
                "n-6", "bare", _ -> new Outcome.Ok("", Fields.EMPTY.with("facts", Fields.EMPTY)));
        village.hub(up("n-1", "web01"), up("n-2", "web02"), up("n-3", "mail"), up("n-6", "bare"));
    }

    private void role(String id, String name, String role) {
        var facts = Fields.EMPTY.with("site", Fields.EMPTY.with("role", role));
        village.node(id, name, _ -> new Outcome.Ok("", Fields.EMPTY.with("facts", facts)));
    }

    @Test
    void theLargestGroupComesFirstAndWhoHasNoSuchFactLast() {
        roles();
        var ran = context.run("facts", "site.role");
        assertThat(ran.out())
                .startsWith(
                        """
                        Report for fact: site.role

                                web                                      found 2 times
                                mail                                     found 1 time
                                (no such fact)                           found 1 time

                        Finished processing 4 / 4 hosts in\
                        """);
        assertThat(ran.code()).isZero();
        var nodes = context.run("facts", "site.role", "--show-nodes");
        assertThat(nodes.out()).contains("found 2 times\n            web[01-02]\n");
    }

    @Test
    void factsAsJsonCountAndName() {
        roles();
        var ran = context.run("facts", "site.role", "-o", "jsonl");
        assertThat(ran.out())
                .startsWith(
                        "{\"kind\":\"value\",\"count\":2,\"nodes\":[\"web01\",\"web02\"],\"value\":\"web\"}\n");
        assertThat(ran.out().lines()).last().asString().startsWith("{\"kind\":\"summary\"");
    }
}
