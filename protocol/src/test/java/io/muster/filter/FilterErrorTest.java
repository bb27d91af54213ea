package io.muster.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, and where the error points. */
class FilterErrorTest {

    private static FilterException error(String option, String text) {
        return catchThrowableOfType(FilterException.class, () -> Filters.of(option, text));
    }

    @ParameterizedTest(name = "{0} {1}: column {2}, {3}")
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            textBlock =
                    """
                    -F § role             § 1  § an operator is expected
                    -F § role mail        § 6  § an operator is expected
                    -F § my role=mail     § 4  § an operator is expected
                    -F § =mail            § 1  § the name of a fact is missing
                    -F § ''=mail          § 1  § the name of a fact is missing
                    -F § role=            § 5  § no value after =
                    -F § role !=          § 6  § no value after !=
                    -F § role===mail      § 7  § starts like an operator
                    -F § role!=~mail      § 7  § starts like an operator
                    -F § role<>mail       § 6  § starts like an operator
                    -F § a=<=3            § 4  § starts like an operator
                    -F § role='mail       § 6  § this quote is never closed
                    -F § 'role=mail       § 1  § this quote is never closed
                    -F § role='a'b        § 9  § something follows the closing quote
                    -F § role='a' b       § 10 § something follows the closing quote
                    -F § role=/(mail/     § 7  § not a regular expression: missing closing )
                    -F § role=/ab[c/      § 9  § not a regular expression: missing closing ]
                    -F § role=/a**/       § 8  § not a regular expression: invalid nested repetition
                    -F § role=/(?=x)/     § 7  § not a regular expression
                    -F § role=/(a)\\1/    § 10 § not a regular expression: invalid escape
                    -F § role=//          § 7  § the regular expression is empty
                    -F § role=~''         § 8  § the regular expression is empty
                    -F § role</x/         § 5  § a regular expression goes with
                    -F § !role=mail       § 1  § ! cannot stand in the name of a fact
                    -F § ro*=mail         § 3  § * cannot stand in the name of a fact
                    -F § a,b=c            § 2  § , cannot stand in the name of a fact
                    -F § fact('x').value=1 § 5 § only -S knows
                    -C § role=mail        § 5  § an operator; facts are for -F
                    -C § apache mysql     § 7  § give -C once for each class
                    -C § apache,mysql     § 7  § a list with commas is not known
                    -C § web*             § 4  § a pattern is written /regex/
                    -C § !apache          § 1  § only -S knows
                    -C § /apache          § 1  § no closing / at the end
                    -C § /apa(che/        § 2  § missing closing )
                    -C § /                § 1  § no closing / at the end
                    -C § //               § 2  § the regular expression is empty
                    -C § ''               § 1  § the name of a class is empty
                    -C § 'a' b            § 5  § something follows the closing quote
                    -A § Puppet           § 1  § not an action or a family
                    -A § puppet.          § 1  § not an action or a family
                    -A § puppet run       § 1  § not an action or a family
                    -A § a.b.c.d          § 1  § not an action or a family
                    -A § /puppet          § 1  § no closing / at the end
                    -I § web*             § 4  § this cannot stand in a node's name
                    -I § web1,web2        § 5  § several nodes are several -I
                    -I § web1 web2        § 5  § several nodes are several -I
                    -I § 'web1'           § 1  § this cannot stand in a node's name
                    -I § /web             § 1  § no closing / at the end
                    -I § /[/              § 2  § missing closing ]
                    -W § a = b            § 3  § the name of a fact is missing
                    -W § apache a=        § 9  § no value after =
                    -W § not apache       § 1  § not is for -S
                    -W § apache and x=1   § 8  § and is for -S
                    -W § !apache          § 1  § ! cannot stand in the name of a class
                    -W § (apache)         § 1  § ( cannot stand in the name of a class
                    -W § apache /x        § 8  § no closing /
                    -W § 'apache'x        § 9  § a blank is expected
                    -W § x='a'b           § 6  § something follows the closing quote
                    -S § role=mail and (  § 15 § a term is missing after (
                    -S § role=mail and    § 11 § a term is missing after and
                    -S § role=mail or not § 14 § a term is missing after not
                    -S § role=mail !      § 11 § 'and' or 'or' is expected
                    -S § and role=mail    § 1  § a term is missing before this
                    -S § or role=mail     § 1  § a term is missing before this
                    -S § a and or b       § 7  § a term is missing before this
                    -S § a not and b      § 3  § 'and' or 'or' is expected
                    -S § ()               § 2  § a term is missing before this
                    -S § )a(              § 1  § a term is missing before this
                    -S § a)               § 2  § this ) closes nothing
                    -S § (a               § 1  § this ( is never closed
                    -S § (a and (b or c)  § 1  § this ( is never closed
                    -S § (a b)            § 4  § 'and', 'or' or ')' is expected
                    -S § a b              § 3  § 'and' or 'or' is expected
                    -S § a AND b          § 3  § 'and' or 'or' is expected
                    -S § NOT b            § 1  § lower case
                    -S § a && b           § 3  § 'and' or 'or' is expected
                    -S § a=1 || b=2       § 5  § 'and' or 'or' is expected
                    -S § a=(b)            § 3  § a value with parentheses
                    -S § a=b(c)           § 4  § a value with parentheses
                    -S § a= and b=c       § 8  § 'and' or 'or' is expected
                    -S § a =              § 3  § no value after =
                    -S § (a=)             § 3  § no value after =
                    -S § /foo/=bar        § 1  § no closing /
                    -S § /foo/ = bar      § 7  § cannot stand on the left
                    -S § /foo=bar         § 1  § no closing /
                    -S § a and /b         § 7  § no closing /
                    -S § a and /(b/       § 8  § missing closing )
                    -S § web*             § 4  § a pattern is written /regex/
                    -S § foo(             § 4  § this ( is never closed
                    -S § foo(bar).x=1     § 5  § must stand in quotes
                    -S § foo('a','b').x=1 § 8  § a function takes one argument
                    -S § foo('a' 'b').x=1 § 4  § this ( is never closed
                    -S § foo('a          § 5  § this quote is never closed
                    -S § foo('a')         § 1  § an operator is expected after foo('a')
                    -S § foo('a').x       § 1  § an operator is expected after foo('a').x
                    -S § foo('a').=1      § 9  § the name of a field is missing
                    -S § foo('a').a.b=1   § 1  § an operator is expected
                    -S § foo('a').a-b=1   § 1  § an operator is expected
                    -S § foo-x('a').a=1   § 1  § is not the name of a function
                    -S § 9('a').a=1       § 1  § is not the name of a function
                    -S § fact('a').b=1    § 1  § has one field, value
                    -S § fact('').value=1 § 1  § the name of a fact is empty
                    -S § 'a'b             § 4  § a blank is expected
                    -S § 'a'='b'c         § 8  § something follows the closing quote
                    """)
    void pointsAtTheColumn(String option, String text, int column, String problem) {
        var error = error(option, text);

        assertThat(error).hasMessageContaining(problem);
        assertThat(error.column()).isEqualTo(column);
        assertThat(error.option()).isEqualTo(option);
        assertThat(error.text()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-F", "-C", "-A", "-I", "-W", "-S"})
    void anEmptyTextIsAnErrorAndNeverNoFilter(String option) {
        for (var text : new String[] {"", " ", " \t\n "}) {
            assertThat(error(option, text))
                    .hasMessageContaining("bad filter " + option)
                    .hasMessageContaining("column 1: empty; leave " + option + " out");
        }
    }

    @Test
    void theMessageNamesOptionTextColumnAndProblem() {
        assertThat(error("-S", "role=mail and ("))
                .hasMessage(
                        "bad filter -S 'role=mail and (': column 15: a term is missing after (");
        assertThat(error("-S", "role=mail and (").pointer())
                .isEqualTo(
                        """
                        role=mail and (
                                      ^\
                        """);
    }

    @Test
    void columnsCountCharactersAndNotHalvesOfThem() {
        assertThat(error("-S", "a=\uD83D\uDE00 b").column()).isEqualTo(5);
        assertThat(error("-S", "ä=ö b").column()).isEqualTo(5);
    }

    @Test
    void aLongTextIsShownAroundTheColumn() {
        var error = error("-S", "a=1 and ".repeat(50) + "( and " + "b=2 ".repeat(50));

        assertThat(error.column()).isEqualTo(403);
        var lines = error.pointer().lines().toList();
        assertThat(lines.getFirst()).startsWith("...").endsWith("...").hasSizeLessThan(120);
        assertThat(lines.get(1).length()).isEqualTo(lines.getFirst().indexOf("( and") + 3);
        assertThat(error.toString().lines()).hasSize(1);
    }

    @Test
    void whatATerminalWouldObeyIsEscaped() {
        var error = error("-S", "a=\u001b[31m b");

        assertThat(error).hasMessageContaining("U+001B");
        assertThat(error.getMessage() + error.pointer()).doesNotContain("\u001b");
        assertThat(error.pointer().lines().toList().get(1)).isEqualTo("  ^");
    }

    @Test
    void theCaretStandsRightBehindEscapedCharacters() {
        var error = error("-F", "'\u001b' 'x'");

        var lines = error.pointer().lines().toList();
        assertThat(lines.getFirst()).isEqualTo("'\\u{1b}' 'x'");
        assertThat(lines.get(1).indexOf('^')).isEqualTo(lines.getFirst().indexOf("'x'"));
    }

    @Test
    void invisibleCharactersNeedQuotes() {
        for (var text : new String[] {"a\u00a0=b", "a=b\u200b", "\ufeffa=b", "a=\u202eb"}) {
            assertThat(error("-F", text)).hasMessageContaining("an invisible character (U+");
        }
        assertThat(Filters.facts("a='b\u200b'").matches(Filters.node("{\"a\": \"b\u200b\"}")))
                .isTrue();
    }

    @Test
    void halfASurrogatePairIsRefused() {
        assertThat(error("-F", "a='\ud83d'")).hasMessageContaining("column 4: half a character");
    }

    @Test
    void oneBadTextAmongGoodOnesIsNamed() {
        assertThatThrownBy(() -> Filters.facts("a=b", "c"))
                .isInstanceOf(FilterException.class)
                .hasMessageStartingWith("bad filter -F 'c'");
    }
}
