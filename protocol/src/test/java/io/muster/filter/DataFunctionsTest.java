package io.muster.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Value;
import io.muster.message.Value.Nothing;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Data functions in {@code -S}. */
class DataFunctionsTest {
    private static final Subject NODE = Filters.node("{\"t\": 1}");

    private final List<String> asked = new ArrayList<>();

    private Optional<Value> answer(String name, String argument, String field) {
        asked.add(name + "(" + argument + ")." + field);
        return switch (name + "." + field) {
            case "file.size" -> Optional.of(Value.of(argument.length()));
            case "file.exists" -> Optional.of(Value.of(true));
            case "file.md5" -> Optional.of(Value.of("baa3772104"));
            case "file.owner" -> Optional.of(new Nothing());
            case "load." -> Optional.of(Value.of(3));
            default -> Optional.empty();
        };
    }

    private boolean matches(String expression) {
        return Filters.expressions(expression).matches(NODE, this::answer);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            textBlock =
                    """
                    file('/etc/hosts').size=10                 § true
                    file("/etc/hosts").size > 9                § true
                    file('/etc/hosts').size<10                 § false
                    file('/etc/hosts').exists=true             § true
                    file('/etc/hosts').exists!=true            § false
                    file('/etc/hosts').md5=/^baa3772104/       § true
                    file('/etc/hosts').md5!=/^baa3772104/      § false
                    file('/etc/hosts').owner=x                 § false
                    file('/etc/hosts').owner!=x                § false
                    not file('/etc/hosts').owner=x             § true
                    file('a (b) \\'c\\'').size=9               § true
                    file( 'abc' ).size = 3 and t=1             § true
                    (file('').size=0)                          § true
                    load()>=3                                  § true
                    load('')=3                                 § true
                    !load()=4 and file('x').exists = true      § true
                    """)
    void theirAnswersCompareLikeFacts(String expression, boolean expected) {
        assertThat(matches(expression)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            textBlock =
                    """
                    none('x').y=1
                    none('x').y!=1
                    not none('x').y=1
                    not (t=1 and not none('x').y=1)
                    t=1 or none('x').y=1
                    none('x').y=1 or t=1
                    not (t=2 and none('x').y=1)
                    file('x').unknown=1 or t=1
                    """)
    void aFunctionWithoutAnAnswerMakesTheWholeExpressionFalse(String expression) {
        assertThat(matches(expression)).isFalse();
    }

    @Test
    void withoutFunctionsAnExpressionThatNeedsOneIsFalse() {
        assertThat(Filters.expressions("t=1 or not load()=1").matches(NODE)).isFalse();
        assertThat(Filters.expressions("t=1 or not mysql").matches(NODE)).isTrue();
    }

    @Test
    void theSameQuestionIsAskedOnce() {
        assertThat(matches("file('x').size=1 or file('x').size=2 or file('y').size=3")).isTrue();
        assertThat(asked).containsExactly("file(x).size", "file(y).size");
    }

    @Test
    void nothingIsAskedOnceATermBeforeAndKeepsTheNodeOut() {
        assertThat(matches("t=2 and file('x').size=1")).isFalse();
        assertThat(asked).isEmpty();
    }

    @Test
    void theVerdictSaysWhichFunctionHasNoAnswer() {
        var text = "t=1 or none('x').y=1";

        assertThat(Filters.expressions(text).verdict(NODE, this::answer))
                .isEqualTo(
                        new Verdict.Undecided("-S", text, "none('x').y cannot be answered here"));
    }
}
