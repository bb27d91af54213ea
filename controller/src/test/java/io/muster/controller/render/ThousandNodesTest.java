package io.muster.controller.render;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.action.BuiltIn;
import io.muster.controller.Cancelling;
import io.muster.controller.TargetState;
import io.muster.controller.Village;
import io.muster.controller.discovery.Target;
import io.muster.controller.render.FactsRenderer.Form;
import io.muster.controller.rollout.Preview;
import io.muster.controller.rollout.Ramp;
import io.muster.controller.rollout.Rollout;
import io.muster.controller.rollout.Schedule;
import io.muster.message.Outcome;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.Test;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** What a thousand nodes have to say can be read at a glance. */
class ThousandNodesTest {
    private static final int SCREEN = 40;

    private static String name(int number) {
        return String.format(Locale.ROOT, "web%04d", number);
    }

    static Reports.Shown facts(Form form, boolean terminal, IntFunction<Value> value) {
        var reports = new Reports();
        for (int i = 0; i < 1_000; i++) {
            var facts = Fields.EMPTY.with("facts", Fields.EMPTY.with("load", value.apply(i)));
            var told = i == 7 ? Fields.EMPTY : facts;
            reports.answered("n-" + i, name(i), 1, new Outcome.Ok("", told));
        }
        return reports.shown(screen -> new FactsRenderer(screen, "load", form, true), terminal);
    }

    static Value number(int i) {
        return Value.of(i == 17 ? 9_000 : 100 + i % 90);
    }

    @Test
    void numbersHaveQuantilesAndWhoIsFarOutIsNamed() {
        var shown = facts(Form.TEXT, true, ThousandNodesTest::number).out();
        assertThat(shown.lines().count()).isLessThanOrEqualTo(SCREEN);
        assertThat(shown)
                .contains("        and 71 more values, on ", " nodes: --output jsonl shows all\n")
                .contains("        (no such fact)                           found 1 time\n")
                .contains(
                        "\n        999 numbers: min 100, median 144, p90 181, max 9000;"
                                + " far out: 9000 on web0017\n");
        assertThat(facts(Form.TEXT, false, ThousandNodesTest::number).out().lines().count())
                .isGreaterThan(91);
    }

    @Test
    void programsAreToldThemToo() {
        var lines = facts(Form.JSONL, false, ThousandNodesTest::number).out();
        assertThat(lines)
                .contains(
                        "{\"kind\":\"numbers\",\"count\":999,\"min\":100,\"median\":144,"
                                + "\"p90\":181,\"max\":9000,"
                                + "\"farOut\":[{\"node\":\"web0017\",\"value\":9000}]}\n");
        assertThat(facts(Form.JSON, false, ThousandNodesTest::number).out())
                .contains("\"numbers\" : {", "\"p90\" : 181");
    }

    @Test
    void lengthsOfTimeAndSizesAreNumbersAndNamesAreNot() {
        assertThat(facts(Form.TEXT, false, i -> Value.of(i % 50 + "h")).out())
                .contains("999 numbers: min 0h, median 25h, p90 45h, max 49h\n");
        assertThat(facts(Form.TEXT, false, i -> Value.of("web" + i % 5)).out())
                .doesNotContain("numbers");
        assertThat(facts(Form.TEXT, false, i -> Value.of(i % 3)).out()).doesNotContain("numbers");
        assertThat(facts(Form.TEXT, false, i -> Value.of("10.0.0." + i)).out())
                .doesNotContain("numbers");
    }

    @Test
    void whoIsSilentIsFoldedAsWell() {
        var reports = new Reports();
        for (int i = 0; i < 1_000; i++) {
            reports.silent(
                    "n-" + i, name(i), i % 2 == 0 ? TargetState.NO_REPLY : TargetState.OFFLINE);
        }
        var shown = reports.shown(s -> new TextRenderer(s, Grouping.USUAL, true), true).out();
        assertThat(shown).contains("No response from:", "Offline, and not asked:", "web[0000,0002");
        assertThat(shown.lines().count()).isLessThanOrEqualTo(SCREEN);
    }

    @Test
    void theDifferencesToWhatMostSayFitToo() {
        var reports = new Reports();
        for (int i = 0; i < 1_000; i++) {
            var odd = "x".repeat(i % 7 + 1) + (char) ('a' + i % 26) + "\n";
            var said = "one\ntwo\n" + (i % 20 == 0 ? odd : "three\n") + "four";
            reports.answered("n-" + i, name(i), 1, Outcome.ok(said));
        }
        var diff = new Grouping(true, Grouping.Similar.IF_MANY, true);
        var shown = reports.shown(s -> new TextRenderer(s, diff, true), true).out();
        assertThat(shown).contains("The most answered:", ",...] (950) ", "more groups (");
        assertThat(shown.lines().count()).isLessThanOrEqualTo(SCREEN);
        assertThat(shown.lines()).allMatch(line -> line.length() < 3 * 80);
    }

    @Test
    void whatIsToldOfEachThatWasCancelledIsCountedOnATerminal() {
        var lines =
                IntStream.range(0, 1_000)
                        .mapToObj(
                                i ->
                                        new Cancelling.Line(
                                                Village.up("n-" + i, name(i)),
                                                Cancelling.Result.CANCELLED,
                                                TargetState.CANCELLED,
                                                "after " + i + "s"))
                        .toList();
        var out = new StringWriter();
        var writer = new PrintWriter(out);
        new CancelPage(lines).show(new Screen(writer, writer, 80, true, true, false));
        assertThat(out.toString())
                .isEqualTo(
                        Layout.pad("web[0000-0999]", 40)
                                + " cancelled: --output jsonl says more of each\n");
    }

    private static String preview(String ramp, boolean terminal) {
        var nodes =
                IntStream.range(0, 1_000)
                        .mapToObj(i -> Village.up("n-" + i, name(i)))
                        .toArray(Target[]::new);
        var targets = Village.targets(nodes);
        var rollout = Rollout.ALL_AT_ONCE.stepping(Ramp.parse(ramp));
        var schedule = Schedule.of(rollout, targets.online(), nodes.length);
        var preview = new Preview(BuiltIn.PUPPET_RUN, targets, rollout, schedule, Optional.empty());
        var out = new StringWriter();
        var writer = new PrintWriter(out);
        var screen = new Screen(writer, writer, 80, terminal, terminal, false);
        new PreviewPage(preview).print(screen);
        return out.toString();
    }

    @Test
    void ofManyBatchesTheFirstAndTheLastAreShown() {
        var shown = preview("1,5", true);
        assertThat(shown)
                .contains("    batch 1    1 node: web0000\n")
                .contains("    batch 2    5 nodes: web0001, web0002, ")
                .contains(" batches with 955 nodes: --output names lists them in their order\n")
                .contains("web0999\n");
        assertThat(shown.lines().count()).isLessThanOrEqualTo(SCREEN);
        assertThat(preview("1,5", false).lines().count()).isGreaterThan(200);
        assertThat(preview("10%", true)).contains("    batch 10   100 nodes: web[0900-0999]\n");
    }
}
