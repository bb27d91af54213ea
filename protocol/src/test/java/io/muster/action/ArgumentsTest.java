package io.muster.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.action.InputSpec.Kind;
import io.muster.message.ActionName;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

class ArgumentsTest {
    private static final ActionSpec SPEC =
            new ActionSpec(
                    new ActionName("disk.clean"),
                    "Remove old files",
                    ActionClass.CHANGE,
                    true,
                    true,
                    Duration.ofMinutes(5),
                    List.of(
                            InputSpec.required(
                                    "path", "where to look", Kind.Text.matching(10, "/[a-z/]*")),
                            InputSpec.optional(
                                    "older",
                                    "how old",
                                    new Kind.Span(Duration.ofHours(1), Duration.ofDays(30)),
                                    "7d"),
                            InputSpec.optional("most", "how many", new Kind.Whole(-5, 100)),
                            InputSpec.optional(
                                    "order", "which first", new Kind.Choice(List.of("old", "big"))),
                            InputSpec.optional("empty", "those too", new Kind.Truth(), "false"),
                            InputSpec.optional(
                                    "keep",
                                    "not these",
                                    new Kind.Texts(Kind.Text.matching(5, "[a-z,=]*"), 3)),
                            new InputSpec(
                                    "token",
                                    "a secret",
                                    Kind.Text.upTo(4),
                                    false,
                                    Optional.empty(),
                                    true)),
                    List.of());

    private static final Fields LEAST = Fields.EMPTY.with("path", "/tmp");

    private static Fields words(String... words) {
        return SPEC.fromWords(List.of(words));
    }

    @Test
    void valuesComeOutWithTheirTypes() {
        var input =
                SPEC.check(
                        LEAST.with("older", "36h")
                                .with("most", -5)
                                .with("order", "big")
                                .with("empty", true)
                                .with("keep", Value.texts(List.of("a", "")))
                                .with("token", "abcd"));

        assertThat(input.text("path")).isEqualTo("/tmp");
        assertThat(input.span("older")).isEqualTo(Duration.ofHours(36));
        assertThat(input.whole("most")).isEqualTo(-5);
        assertThat(input.text("order")).isEqualTo("big");
        assertThat(input.truth("empty")).isTrue();
        assertThat(input.texts("keep")).containsExactly("a", "");
        assertThat(input.toString()).doesNotContain("abcd");
    }

    @Test
    void nothingIsSaidAboutWhatIsNotShown() {
        var sealed = Set.of("path", "token");
        assertThat(SPEC.check(Fields.EMPTY, sealed).values().member("path")).isEmpty();
        assertThatThrownBy(() -> SPEC.check(Fields.EMPTY, Set.of("token")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("path");
        assertThatThrownBy(() -> SPEC.check(Fields.EMPTY.with("most", 101), sealed))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("most");
    }

    @Test
    void fallbacksAreFilledInAndOthersAreAbsent() {
        var input = SPEC.check(LEAST);

        assertThat(input.span("older")).isEqualTo(Duration.ofDays(7));
        assertThat(input.truth("empty")).isFalse();
        assertThat(input.optionalWhole("most")).isEmpty();
        assertThat(input.optionalText("order")).isEmpty();
        assertThat(input.texts("keep")).isEmpty();
        assertThat(input.optionalTexts("keep")).isEmpty();
        assertThat(input.values().members().keySet()).containsExactly("path", "older", "empty");
        assertThat(SPEC.check(words("path=/tmp", "keep=")).optionalTexts("keep"))
                .contains(List.of());
    }

    @Test
    void everyProblemIsNamedAtOnce() {
        var arguments =
                Fields.EMPTY
                        .with("pth", "/tmp")
                        .with("older", "31d")
                        .with("most", "7")
                        .with("order", "new")
                        .with("empty", "true")
                        .with("keep", Value.texts(List.of("a", "B", "c")))
                        .with("token", "abcdefg");

        assertThatThrownBy(() -> SPEC.check(arguments))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        """
                        disk.clean: no input 'pth'; did you mean path?
                        disk.clean: input path is missing: where to look
                        disk.clean: older = '31d' is not a span from 1h to 30d
                        disk.clean: most = '7' is not a whole number from -5 to 100
                        disk.clean: order = 'new' is not one of old, big
                        disk.clean: empty = 'true' is not true or false
                        disk.clean: keep has an item 2 that does not match [a-z,=]*
                        disk.clean: token = (not shown) is longer than 4 characters\
                        """);
    }

    @Test
    void textsHaveBoundsPatternsAndOneLine() {
        assertProblem(LEAST.with("path", "/" + "a".repeat(10)), "is longer than 10 characters");
        assertProblem(LEAST.with("path", "x/tmp"), "path = 'x/tmp' does not match /[a-z/]*");
        assertProblem(LEAST.with("path", "/tmp\n"), "'/tmp\\u{a}' holds a line break");
        assertProblem(LEAST.with("path", 7), "path = '7' is not a text");
        assertProblem(LEAST.with("keep", "a"), "is not a list of texts");
        assertProblem(
                LEAST.with("keep", Value.texts(List.of("a", "b", "c", "d"))), "more than 3 items");
        assertProblem(
                LEAST.with("keep", new Value.Items(List.of(Value.of(1)))),
                "an item 1 that is not a text");
        assertProblem(LEAST.with("most", 101), "most = '101' is not a whole number");
        assertProblem(LEAST.with("older", 5), "is not a length of time");
        assertProblem(LEAST.with("older", "soon"), "is not a length of time");
        assertProblem(LEAST.with("most", new Value.Nothing()), "is not a whole number");
    }

    private static void assertProblem(Fields arguments, String problem) {
        assertThatThrownBy(() -> SPEC.check(arguments))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void emptyListIsNotEnoughForARequiredOne() {
        assertThatThrownBy(() -> BuiltIn.COMMAND_RUN.fromWords(List.of("argv=")))
                .hasMessage("command.run: argv is empty");
    }

    @Test
    void aFloodOfProblemsIsCutShort() {
        var arguments = LEAST;
        for (int i = 0; i < 100; i++) {
            arguments = arguments.with("unknown" + i, i);
        }
        var flood = arguments;

        assertThatThrownBy(() -> SPEC.check(flood))
                .satisfies(e -> assertThat(String.valueOf(e.getMessage()).lines()).hasSize(21))
                .hasMessageEndingWith("and 80 more problems");
    }

    @Test
    void askingForWhatTheSpecDoesNotHaveIsAMistakeInTheAction() {
        var input = SPEC.check(LEAST);

        assertThatThrownBy(() -> input.text("pth")).hasMessage("disk.clean has no input pth");
        assertThatThrownBy(() -> input.whole("path"))
                .hasMessage("disk.clean: input path is no Whole");
        assertThatThrownBy(() -> input.whole("most"))
                .hasMessage("disk.clean: input most is absent");
    }

    @Test
    void wordsAreReadByTheKindOfTheirInput() {
        assertThat(words("path=/tmp", "most=7", "empty=true", "keep=a", "keep=b,c", "keep=d=e"))
                .isEqualTo(
                        LEAST.with("most", 7)
                                .with("empty", true)
                                .with("keep", Value.texts(List.of("a", "b,c", "d=e"))));
    }

    @Test
    void everyWrongWordIsNamedAtOnce() {
        assertThatThrownBy(
                        () ->
                                words(
                                        "now",
                                        "=x",
                                        "odler=7d",
                                        "most=many",
                                        "most2=1",
                                        "empty=yes",
                                        "order=old",
                                        "order=big",
                                        "token=secret"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        """
                        disk.clean: 'now' is not name=value
                        disk.clean: '=x' is not name=value
                        disk.clean: no input 'odler'; did you mean older?
                        disk.clean: most = 'many' is not a whole number from -5 to 100
                        disk.clean: no input 'most2'; did you mean most?
                        disk.clean: empty = 'yes' is not true or false
                        disk.clean: order is given 2 times and takes one value
                        disk.clean: token is secret, and a command line is kept in the shell's\
                         history and seen by others: choose another value, and give token=@FILE,\
                         token=- (standard input), or token alone to be asked for it
                        disk.clean: input path is missing: where to look\
                        """);
    }

    @Test
    void aSecretThatCameAnotherWayIsCheckedAndNeverShown() {
        var beside = Fields.EMPTY.with("token", "abcd");
        assertThat(SPEC.fromWords(List.of("path=/tmp"), beside).member("token")).isEmpty();
        assertThatThrownBy(
                        () ->
                                SPEC.fromWords(
                                        List.of("path=/tmp"), Fields.EMPTY.with("token", "abcde")))
                .hasMessage("disk.clean: token = (not shown) is longer than 4 characters");
    }

    @Test
    void unlikeAnythingTheInputsAreListed() {
        assertThatThrownBy(() -> words("path=/tmp", "colour=red"))
                .hasMessage(
                        "disk.clean: no input 'colour'; it has path, older, most, order, empty,"
                                + " keep, token");
        assertThatThrownBy(() -> BuiltIn.NODE_PING.fromWords(List.of("a=b")))
                .hasMessage("node.ping: no input 'a'; it has none");
    }

    @Property(tries = 300)
    void wordsThatAreReadAreAcceptedByTheOtherSide(@ForAll("words") List<String> words) {
        try {
            assertThat(SPEC.check(SPEC.fromWords(words)).text("path")).startsWith("/");
        } catch (InvalidInputException e) {
            assertThat(e).hasMessageStartingWith("disk.clean: ");
        }
    }

    @Provide
    Arbitrary<List<String>> words() {
        var names = Arbitraries.of("path", "older", "most", "order", "empty", "keep", "token");
        var values = Arbitraries.of("/tmp", "/a", "2h", "7", "big", "true", "a", "", "x y");
        return Combinators.combine(names, values)
                .as((name, value) -> name + "=" + value)
                .list()
                .ofMaxSize(4)
                .map(
                        words -> {
                            var all = new ArrayList<>(words);
                            all.add("path=/tmp");
                            return all;
                        });
    }

    @Property(tries = 300)
    void anyTextForAPathIsTakenExactlyOrRefused(@ForAll String text) {
        try {
            assertThat(SPEC.check(words("path=" + text)).text("path")).isEqualTo(text);
        } catch (InvalidInputException e) {
            assertThat(text).doesNotMatch("/[a-z/]{0,9}");
        }
    }
}
