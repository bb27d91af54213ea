package io.muster.controller.cli;

import static io.muster.controller.Village.target;
import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.Village;
import io.muster.controller.discovery.Presence;
import io.muster.message.Outcome;
import io.muster.message.Request;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Stream;

class PreviewTest {
    @TempDir private Path home;

    private final Village village = new Village();
    private final List<Request> seen = new CopyOnWriteArrayList<>();
    private CommandContext context = new CommandContext(village, Path.of("/"));

    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
        for (int i = 1; i <= 4; i++) {
            village.node(
                    "n-" + i,
                    "web0" + i,
                    request -> {
                        seen.add(request);
                        return new Outcome.Changed("would be made", Fields.EMPTY);
                    });
        }
        village.hub(
                up("n-1", "web01"),
                up("n-2", "web02"),
                up("n-3", "web03"),
                up("n-4", "web04"),
                target("n-5", "web05", Presence.DOWN));
    }

    @AfterEach
    void close() {
        village.close();
    }

    private static final String[] REBOOT = {
        "run",
        "node.reboot",
        "--all-nodes",
        "--dry-run",
        "--canary",
        "web03",
        "--batch",
        "1,2",
        "--batch-sleep",
        "2m",
        "--max-failed",
        "20%",
        "--max-offline",
        "2"
    };

    private CommandContext.Ran reboot(String form) {
        var words = new java.util.ArrayList<>(List.of(REBOOT));
        words.addAll(List.of("-o", form));
        return context.run(words.toArray(String[]::new));
    }

    @Test
    void itSaysWhoWouldBeSentToInWhichBatchesAndAsksNobodyWhatCannotBeSaid() throws IOException {
        var ran = context.run(REBOOT);
        var document = Files.readString(Path.of("../docs/runs.md"));
        var block = Pattern.compile("```text preview\n(.*?)```", Pattern.DOTALL).matcher(document);
        assertThat(block.find()).isTrue();
        assertThat(ran.out()).isEqualTo(block.group(1));
        assertThat(ran.code()).isZero();
        assertThat(seen).isEmpty();
        assertThat(context.folder().resolve("runs")).doesNotExist();
    }

    @Test
    void whoWasShownIsSentToInThatOrderAndNobodyElse() {
        var shown = reboot("names").out().lines().toList();
        var words = Stream.of(REBOOT).filter(word -> !word.equals("--dry-run"));
        var quick = words.map(word -> word.equals("2m") ? "1ms" : word);
        context.run(quick.toArray(String[]::new));
        var sent = seen.stream().map(request -> request.targets().orElseThrow()).toList();
        assertThat(sent).hasSize(4).allSatisfy(targets -> assertThat(targets).hasSize(1));
        var names = sent.stream().map(targets -> "web0" + targets.getFirst().value().charAt(2));
        assertThat(names).containsExactlyElementsOf(shown);
    }

    @Test
    void programsAreToldTheSame() {
        var json = reboot("json").out();
        assertThat(json)
                .contains("\"preview\" : {", "\"class\" : \"destructive\"", "\"tells\" : false")
                .contains("\"offline\" : [ {")
                .containsPattern("\"batch\" : 0,\\s+\"canary\" : true,[^\\]]+\"id\" : \"n-3\"")
                .containsPattern("\"batch\" : 2,");
        assertThat(reboot("jsonl").out().lines())
                .singleElement()
                .asString()
                .startsWith("{\"kind\":\"preview\",\"action\":\"node.reboot\"");
        assertThat(reboot("names").out()).isEqualTo("web03\nweb01\nweb02\nweb04\n");
        assertThat(seen).isEmpty();
    }

    @Test
    void whatTheNodesCanSayIsAskedOfAllAtOnceAndChangesNothing() {
        var words =
                new String[] {
                    "run", "user.ensure", "name=a", "--all-nodes", "--batch", "1", "--dry-run"
                };
        var ran = context.run(words);
        assertThat(ran.out())
                .contains("    batch 4    1 node: web04\n")
                .contains("would be made")
                .contains("offline 1, changed 4");
        assertThat(seen).hasSize(4).allMatch(Request::dryRun);
        var json =
                context.run(
                        "run", "user.ensure", "name=a", "-I", "web01", "--dry-run", "-o", "json");
        assertThat(json.out())
                .contains("\"preview\" : {", "\"tells\" : true", "\"counts\" : {", "would be made");
    }

    @Test
    void whoWouldBeSentToCanBeTypedInAgain() {
        for (var form : List.of("json", "jsonl", "names")) {
            var preview = reboot(form).out();
            var ran = context.typed(preview).run("run", "node.ping", "--nodes", "-");
            assertThat(ran.out()).as(form).contains("changed 4");
        }
    }

    @Test
    void whatWouldStopItAtOnceIsSaid() {
        var ran =
                context.run("run", "node.reboot", "--all-nodes", "--dry-run", "--max-offline", "0");
        assertThat(ran.out())
                .contains("Nothing would be sent: 1 of 5 targets are offline, and --max-offline");
        assertThat(seen).isEmpty();
    }
}
