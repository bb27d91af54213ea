package io.muster.controller.render;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.Entry;
import io.muster.controller.mask.Masked;
import io.muster.controller.mask.Self;
import io.muster.controller.render.Grouping.Similar;
import io.muster.controller.render.Groups.Group;
import io.muster.message.Outcome;
import io.muster.message.Value.Fields;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

class SimilarGroupsTest {
    private static final Grouping TOGETHER = new Grouping(true, Similar.TOGETHER, false);

    private static Renderer text(Screen screen) {
        return new TextRenderer(screen, Grouping.USUAL, true);
    }

    @Provide
    Arbitrary<List<Outcome>> answers() {
        var number = Arbitraries.of("1", "2", "30", "99%", "12ms", "host-3", "10.0.0.1");
        var message =
                Combinators.combine(Arbitraries.of("took ", "pid ", "host-1 "), number)
                        .as((word, n) -> word + n);
        return Combinators.combine(message, Arbitraries.longs().between(0, 3), Arbitraries.of(0, 1))
                .as(
                        (words, n, kind) ->
                                kind == 0
                                        ? (Outcome) new Outcome.Ok(words, Fields.EMPTY.with("n", n))
                                        : Outcome.failed("code-" + n, words))
                .list()
                .ofMaxSize(40);
    }

    private static Reports reports(List<Outcome> answers) {
        var reports = new Reports();
        for (int i = 0; i < answers.size(); i++) {
            reports.answered("n-" + i, "host-" + i, 1, answers.get(i));
        }
        return reports;
    }

    /** What stands at the places of a group makes of it the answer of each of its members. */
    private static void assertLossless(Group group) {
        for (var member : group.members()) {
            var answer = member.outcome().orElseThrow();
            assertThat(member.state()).isEqualTo(group.state());
            assertThat(Groups.code(answer)).isEqualTo(Groups.code(group.outcome()));
            assertThat(unmasked(group, member)).isEqualTo(whole(answer));
        }
    }

    private static String whole(Outcome outcome) {
        return outcome.message() + outcome.result();
    }

    private static String unmasked(Group group, Entry member) {
        var text = whole(group.outcome());
        for (var place : group.places()) {
            var said =
                    place.said().entrySet().stream()
                            .filter(e -> e.getValue().contains(member))
                            .toList();
            assertThat(said).as("what %s said at %s", member.name(), place.mark()).hasSize(1);
            var value = said.getFirst().getKey();
            text = text.replace('"' + place.mark() + '"', value).replace(place.mark(), value);
        }
        return text.replace(Masked.mark("name"), member.name());
    }

    @Property(tries = 300)
    void everyNodeIsInOneGroupAndItsAnswerCanBeReadFromIt(
            @ForAll @From("answers") List<Outcome> answers) {
        var entries = reports(answers).report().entries();
        var groups = TOGETHER.of(entries);
        assertThat(groups.stream().flatMap(group -> group.members().stream()))
                .containsExactlyInAnyOrderElementsOf(entries);
        groups.forEach(SimilarGroupsTest::assertLossless);
        assertThat(groups.stream().map(group -> group.members().size()).toList()).isSorted();
        for (var equal : Groups.of(entries)) {
            assertThat(groups)
                    .as("equal answers stay together")
                    .filteredOn(group -> group.members().contains(equal.members().getFirst()))
                    .allMatch(group -> group.members().containsAll(equal.members()));
        }
    }

    static Reports thousand() {
        var reports = new Reports();
        for (int i = 0; i < 1_000; i++) {
            var name = String.format(Locale.ROOT, "web%04d.example", i);
            var free = i == 17 ? 3 : 400 + i % 90;
            var said = name + ": up " + (i + 5) + "d, pid " + (2_000 + i) + ", serial " + i * 37;
            reports.answered(
                    "n-" + i,
                    name,
                    1,
                    i == 400
                            ? Outcome.failed("exit-status", "nginx: cannot bind")
                            : new Outcome.Ok(said, Fields.EMPTY.with("free", free)));
        }
        return reports;
    }

    @Test
    void aThousandNodesFitOnAScreen() {
        var shown = thousand().shown(SimilarGroupsTest::text).out();
        assertThat(shown)
                .startsWith(
                        """
                        web0400.example                          failed: exit-status
                            nginx: cannot bind

                        web[0000-0399,0401-0999].example (999)   ok
                            ‹name›: up ‹1›, pid ‹2›, serial ‹3›
                            free: ‹4›
                            ‹4› 3 to 489, median 444; far out: 3 on web0017.example
                            ‹1› 5d to 1004d, median 505d
                        """);
        assertThat(shown.lines().count()).isLessThanOrEqualTo(40);
    }

    @Test
    void aThousandOddOnesFitOnATerminalAndNobodyIsForgotten() {
        var reports = new Reports();
        for (int i = 0; i < 1_000; i++) {
            var word = Integer.toString(i, 26).replaceAll("[0-9]", "z") + "x".repeat(i % 50);
            var outcome = i == 999 ? Outcome.failed("no", "no") : Outcome.ok(word);
            reports.answered("n-" + i, "ip-10-0-" + i + "-a" + i + "b", 1, outcome);
        }
        var shown = reports.shown(SimilarGroupsTest::text, true).out();
        assertThat(shown.lines().count()).isLessThanOrEqualTo(40);
        assertThat(shown).contains("more groups (").contains(" ok): --no-group or --output jsonl");
        assertThat(shown).contains("failed\u001b[0m: no");
        var piped = reports.shown(SimilarGroupsTest::text).out();
        assertThat(piped).doesNotContain("more groups");
        assertThat(piped.lines().filter(line -> line.startsWith("ip-")).count()).isGreaterThan(40);
    }

    @Test
    void fewGroupsAreShownAsTheyAre() {
        var shown =
                reports(List.of(Outcome.ok("took 1 ms"), Outcome.ok("took 2 ms")))
                        .shown(SimilarGroupsTest::text)
                        .out();
        assertThat(shown).contains("took 1 ms").contains("took 2 ms").doesNotContain("‹");
        var together =
                reports(List.of(Outcome.ok("took 1 ms"), Outcome.ok("took 2 ms")))
                        .shown(screen -> new TextRenderer(screen, TOGETHER, false))
                        .out();
        assertThat(together)
                .isEqualTo(
                        """
                        host-[0-1] (2)                           ok
                            took ‹1› ms
                            ‹1› 1 on host-0; 2 on host-1

                        """);
    }

    @Test
    void aNumberThatIsSaidTwiceHasOneMark() {
        var answers =
                IntStream.range(0, 12)
                        .mapToObj(i -> Outcome.ok("pid " + (100 + i) + " [" + (100 + i) + "]"))
                        .toList();
        var shown = reports(answers).shown(SimilarGroupsTest::text).out();
        assertThat(shown).contains("pid ‹1› [‹1›]\n").contains("‹1› 100 to 111, median 105\n");
    }

    @Test
    void idsAreCountedAndOneIsAnExample() {
        var answers =
                IntStream.range(0, 12)
                        .mapToObj(i -> Outcome.ok("deployed da39a3ee5e6b4b" + (10 + i)))
                        .toList();
        var shown = reports(answers).shown(SimilarGroupsTest::text).out();
        assertThat(shown)
                .contains("deployed ‹1›\n")
                .contains("‹1› 12 different, such as da39a3ee5e6b4b10 on host-0\n");
    }

    @Test
    void aMarkOfANodesOwnIsNoneOfOurs() {
        var evil = "‹1› 1 on host-0";
        var answers =
                IntStream.range(0, 12)
                        .mapToObj(i -> Outcome.ok(i == 0 ? evil : "took " + i + "\u001b[2J"))
                        .toList();
        var reports = reports(answers);
        var shown = reports.shown(SimilarGroupsTest::text, true).out();
        assertThat(shown).contains("    " + evil + "\n");
        assertThat(shown).contains("\u001b[36m‹1›\u001b[0m\\u{1b}[2J");
        assertThat(Masked.of(Outcome.ok(evil), Self.NOBODY).sound()).isFalse();
    }

    @Test
    void theDifferenceToWhatMostSayIsShown() {
        var usual = "a\nb\nc\nd\ne\nf";
        var answers =
                List.of(
                        Outcome.ok(usual),
                        Outcome.ok(usual),
                        Outcome.ok("a\nb\nc\nd\nE\nf"),
                        Outcome.failed("no", "a\nb"));
        var diff = new Grouping(true, Similar.IF_MANY, true);
        var shown = reports(answers).shown(screen -> new TextRenderer(screen, diff, false)).out();
        assertThat(shown)
                .isEqualTo(
                        """
                        The most answered:
                        host-[0-1] (2)                           ok
                            a
                            b
                            c
                            d
                            e
                            f

                        host-3                                   failed: no
                             a
                             b
                        -    c
                        -    d
                        -    e
                        -    f

                        host-2                                   ok
                         ...
                             c
                             d
                        -    e
                        +    E
                             f

                        """);
    }

    @Test
    void whoIsFarOutIsNamedAcrossGroups() {
        var answers =
                IntStream.range(0, 20)
                        .mapToObj(
                                i ->
                                        (Outcome)
                                                new Outcome.Ok(
                                                        i % 2 == 0 ? "even" : "odd",
                                                        Fields.EMPTY.with(
                                                                "free", i == 7 ? 900 : 4)))
                        .toList();
        var shown = reports(answers).shown(SimilarGroupsTest::text).out();
        assertThat(shown)
                .contains(
                        "Far from the others:\n"
                                + "    free: 4 to 900, median 4; far out: 900 on host-7\n");
    }
}
