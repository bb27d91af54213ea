package io.muster.controller.cli;

import static io.muster.controller.Village.HERE;
import static io.muster.controller.Village.target;
import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.action.BuiltIn;
import io.muster.controller.Village;
import io.muster.controller.discovery.Presence;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply.Answer;
import io.muster.message.Request;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

class OneNodeCommandsTest {
    private static final Fields INVENTORY =
            Fields.EMPTY
                    .with(
                            "facts",
                            Fields.EMPTY
                                    .with("role", "web")
                                    .with("os", Fields.EMPTY.with("family", "Debian")))
                    .with("classes", Value.texts(List.of("apache", "base")))
                    .with("actions", Value.texts(List.of("node.ping", "node.reboot")))
                    .with("collectives", Value.texts(List.of("main")))
                    .with("version", "0.1.0")
                    .with("boot", "boot-1");

    @TempDir private Path home;

    private final Village village = new Village();
    private final ConcurrentLinkedQueue<Request> seen = new ConcurrentLinkedQueue<>();
    private CommandContext context = new CommandContext(village, Path.of("/"));

    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
    }

    @AfterEach
    void close() {
        village.close();
    }

    private void inventory() {
        village.node("n-1", "web01.example", _ -> new Outcome.Ok("2 facts", INVENTORY));
        village.hub(up("n-1", "web01.example"), target("n-2", "web02", Presence.DOWN));
    }

    @Test
    void theInventoryIsOnePage() {
        inventory();
        var ran = context.run("inventory", "web01");
        assertThat(ran.out())
                .isEqualTo(
                        """
                        Inventory for web01.example:

                           Node:
                                            Identity: n-1
                                            Presence: up
                                             version: 0.1.0
                                                boot: boot-1

                           Collectives:
                              main

                           Actions:
                              node.ping, node.reboot

                           Classes:
                              apache, base

                           Facts:
                              role => web
                              os => {
                                   "family" : "Debian"
                                 }
                        """);
        assertThat(ran.code()).isZero();
    }

    @Test
    void anInventoryIsWhatAFilterIsTriedOn() throws IOException {
        inventory();
        var json = context.run("inventory", "n-1", "--output", "json");
        Files.writeString(home.resolve("web01.json"), json.out());
        var yes =
                context.run(
                        "filter",
                        "-F",
                        "os.family=Debian",
                        "-C",
                        "apache",
                        "-A",
                        "node",
                        "-I",
                        "web01",
                        "--facts",
                        "web01.json");
        assertThat(yes.code()).as(yes.out() + yes.err()).isZero();
        assertThat(yes.out()).endsWith("yes: such a node matches\n");
        var no = context.run("filter", "-F", "role=mail", "--facts", "web01.json");
        assertThat(no.code()).isEqualTo(3);
        assertThat(no.out()).endsWith("no: -F 'role=mail' does not hold\n");
    }

    @Test
    void aNodeNobodyKnowsIsSaidAtOnce() {
        inventory();
        var ran = context.run("inventory", "web99");
        assertThat(ran.code()).isEqualTo(3);
        assertThat(ran.err()).isEqualTo("muster inventory: no node is called 'web99'\n");
    }

    @Test
    void aNodeThatIsAwayIsSaidToBeThat() {
        inventory();
        var ran = context.run("inventory", "web02");
        assertThat(ran.code()).isEqualTo(5);
        assertThat(ran.err()).isEqualTo("muster inventory: web02: offline\n");
    }

    @Test
    void aNameThatSeveralNodesHaveNeedsAnId() {
        village.hub(up("n-1", "web01.a"), up("n-2", "web01.b"));
        var ran = context.run("inventory", "web01");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).contains("say which: web01.a (n-1), web01.b (n-2)\n");
    }

    private void renamable(String nameAfterBoot) {
        village.node(
                "n-1",
                (call, node) -> {
                    seen.add(call.request());
                    if (call.request().action().equals(BuiltIn.NODE_RENAME.name())) {
                        var data = Fields.EMPTY.with("before", "domu").with("after", "mail01");
                        var done = new Outcome.Changed("the host name is mail01", data);
                        call.reply(node, "mail01", 0, new Answer.Final(done));
                    } else {
                        call.reply(node, "mail01", 0, new Answer.Armed("going down"));
                        var back = new Answer.Final(new Outcome.Changed("back", Fields.EMPTY));
                        call.reply(node, nameAfterBoot, 1, back);
                    }
                });
        village.node("n-2", "web01", _ -> HERE);
        village.hub(up("n-1", "domu"), up("n-2", "web01"));
    }

    @Test
    void aRenameSaysThatNoRebootIsNeeded() {
        renamable("mail01");
        var ran = context.run("rename", "domu", "mail01");
        assertThat(ran.code()).isZero();
        assertThat(ran.out()).isEqualTo("mail01: the host name is mail01\n");
        assertThat(ran.err()).startsWith("No reboot is needed for the name");
        assertThat(seen.element().arguments()).isEqualTo(Fields.EMPTY.with("name", "mail01"));
    }

    @Test
    void quietARenameSaysOnlyItsResultAndByName() {
        renamable("mail01");
        assertThat(context.run("rename", "domu", "mail01", "-q").err()).isEmpty();
        var names = context.run("rename", "domu", "mail01", "-o", "names", "-T", "main");
        assertThat(names.out()).isEqualTo("mail01\n");
        var json = context.run("rename", "domu", "mail01", "-o", "jsonl", "-q");
        assertThat(json.out())
                .isEqualTo(
                        "{\"kind\":\"renamed\",\"id\":\"n-1\",\"name\":\"mail01\",\"before\":\"domu\",\"after\":\"mail01\",\"state\":\"changed\"}\n");
        assertThat(json.err()).isEmpty();
    }

    @Test
    void withRebootItIsOverWhenTheSameNodeIsBackUnderItsNewName() {
        renamable("mail01.example");
        var ran = context.run("rename", "n-1", "mail01", "--reboot");
        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("n-1 is back as mail01.example after ");
        var reboot = seen.stream().skip(1).findFirst().orElseThrow();
        assertThat(reboot.action()).isEqualTo(BuiltIn.NODE_REBOOT.name());
        assertThat(reboot.bind()).containsValue("boot-1");
    }

    @Test
    void aNodeThatComesBackUnderAnotherNameIsAFailure() {
        renamable("domu");
        var ran = context.run("rename", "n-1", "mail01", "--reboot", "--output", "json");
        assertThat(ran.code()).isEqualTo(4);
        assertThat(ran.err()).contains("is back and calls itself domu, not mail01");
        assertThat(ran.out()).contains("\"name\" : \"domu\"").contains("\"after\" : \"mail01\"");
    }

    @Test
    void aNameThatAnotherNodeHasIsRefused() {
        renamable("web01");
        var ran = context.run("rename", "n-1", "web01");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).contains("another node has that name: web01 (n-2)\n");
        assertThat(seen).isEmpty();
    }

    @Test
    void aNameThatIsNoneIsRefusedBeforeAnythingIsSent() {
        renamable("x");
        var ran = context.run("rename", "n-1", "not a name");
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err())
                .contains("not a host name: 'not a name': lower-case letters, digits")
                .doesNotContain("[a-z");
        assertThat(seen).isEmpty();
    }

    @Test
    void aRefusalOfTheNodeIsTheEndOfIt() {
        village.node("n-1", "domu", _ -> new Outcome.Refused(Reason.POLICY, "no rule"));
        village.hub(up("n-1", "domu"));
        var ran = context.run("rename", "domu", "mail01", "--reboot");
        assertThat(ran.code()).isEqualTo(4);
        assertThat(ran.err()).isEqualTo("muster rename: domu: refused: no rule\n");
    }

    @Test
    void theActionsEveryNodeHasAreListedWithoutAskingAnybody() {
        context.connector(
                (_, _, _) -> {
                    throw new AssertionError("nobody needs to be asked");
                });
        var list = context.run("actions");
        assertThat(list.code()).isZero();
        assertThat(list.out().lines()).hasSize(BuiltIn.all().size());
        assertThat(list.out()).contains("node.reboot              destructive  Restart");
        var names = context.run("actions", "--output", "names");
        assertThat(names.out().lines())
                .containsExactlyElementsOf(
                        BuiltIn.all().stream().map(spec -> spec.name().value()).toList());
    }

    @Test
    void anActionIsDescribedWithItsInputsAndOutputs() {
        var page = context.run("actions", "node.reboot");
        assertThat(page.out())
                .startsWith("node.reboot: Restart the machine\n\n    class:      destructive\n")
                .contains("    delay            how long to wait before going down\n")
                .contains("a length of time from 0s to 1h; otherwise 1s\n")
                .doesNotContain("Outputs:");
        assertThat(context.run("actions", "node.rename").out())
                .contains("Outputs:\n    before           ");
        var unknown = context.run("actions", "node.rebot");
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.err()).contains("did you mean node.reboot?");
    }
}
