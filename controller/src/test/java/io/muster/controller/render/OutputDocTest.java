package io.muster.controller.render;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.TargetState;
import io.muster.controller.ask.Stray;
import io.muster.controller.rollout.Halt;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The field names of docs/output.md are what is printed. */
class OutputDocTest {
    private static final Path DOCUMENT = Path.of("../docs/output.md");

    private static Reports reports() {
        return new Reports()
                .answered(
                        "n-0123456789ab",
                        "web01.example",
                        12,
                        new Outcome.Changed("user deploy made", Fields.EMPTY.with("uid", 1001)))
                .answered(
                        "n-123456789abc",
                        "web02.example",
                        15,
                        Outcome.failed("exit-status", "useradd: cannot lock /etc/passwd"))
                .answered(
                        "n-23456789abcd",
                        "web03.example",
                        9,
                        new Outcome.Refused(Reason.POLICY, "no rule allows it"))
                .down("n-3456789abcde", "web04.example")
                .silent("n-456789abcdef", "web05.example", TargetState.OFFLINE)
                .stray(Stray.Kind.WRONG_DIGEST, "node/n-0123456789ab", "another digest")
                .unknown("web99");
    }

    private static String block(String info) throws IOException {
        var block = Pattern.compile("```" + Pattern.quote(info) + "\n(.*?)```", Pattern.DOTALL);
        var found = block.matcher(Files.readString(DOCUMENT));
        assertThat(found.find()).as("a block %s in %s", info, DOCUMENT).isTrue();
        return found.group(1);
    }

    @Test
    void theLinesAreAsDocumented() throws IOException {
        var shown = reports().shown(screen -> new JsonLinesRenderer(screen, true));
        assertThat(shown.out()).isEqualTo(block("json lines"));
    }

    @Test
    void theDocumentIsAsDocumented() throws IOException {
        var shown = reports().shown(JsonRenderer::new);
        assertThat(shown.out()).isEqualTo(block("json document"));
    }

    @Test
    void theSpreadOfAFactIsAsDocumented() throws IOException {
        var web = Fields.EMPTY.with("facts", Fields.EMPTY.with("role", "web"));
        var shown =
                new Reports()
                        .answered("n-1", "web01", 12, new Outcome.Ok("here they are", web))
                        .answered("n-2", "web02", 12, new Outcome.Ok("no fact role", Fields.EMPTY))
                        .shown(
                                screen ->
                                        new FactsRenderer(
                                                screen, "role", FactsRenderer.Form.JSON, true));
        assertThat(shown.out()).isEqualTo(block("json facts"));
    }

    @Test
    void howNumbersAreSpreadIsAsDocumented() throws IOException {
        var shown =
                ThousandNodesTest.facts(FactsRenderer.Form.TEXT, false, ThousandNodesTest::number);
        assertThat(shown.out()).contains(block("text numbers"));
    }

    @Test
    void similarAnswersAreShownAsDocumented() throws IOException {
        var shown =
                SimilarGroupsTest.thousand()
                        .shown(screen -> new TextRenderer(screen, Grouping.USUAL, true));
        assertThat(shown.out()).isEqualTo(block("text similar"));
    }

    @Test
    void everyStateAndAllThatStopsARunIsThere() throws IOException {
        var document = Files.readString(DOCUMENT);
        for (var cause : Halt.Cause.values()) {
            assertThat(document).contains("`" + cause.word() + "`");
        }
        for (var state : TargetState.values()) {
            assertThat(document).contains("`" + state.word() + "`");
        }
        var reasons = document.lines().filter(l -> l.startsWith("| `explain` |")).findFirst();
        for (var word : List.of("offline", "frozen", "no-reply", "unreadable", "failed")) {
            assertThat(reasons.orElseThrow()).contains("`" + word + "`");
        }
    }

    @Test
    void theNamesAreAsDocumented() throws IOException {
        assertThat(reports().shown(NamesRenderer::new).out()).isEqualTo(block("text names"));
    }
}
