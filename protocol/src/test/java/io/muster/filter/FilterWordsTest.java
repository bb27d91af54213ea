package io.muster.filter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

/** A filter in words, and what it says of a node that it keeps out. */
class FilterWordsTest {

    @Test
    void noFilterIsEveryNode() {
        assertThat(Filter.EVERYTHING.describe()).isEqualTo("every node");
    }

    @Test
    void everyKindHasItsWords() {
        var filter =
                new Filter(
                        List.of("role=mail", "cpus=>4", "v!=1.2.3", "os.name=~Deb", "a!=/\\d/"),
                        List.of("apache", "/^role::/"),
                        List.of("puppet", "node.reboot", "/^user/"),
                        List.of("web1", "/^db/"),
                        List.of("mysql site='data center'"),
                        List.of("load('5').avg<0.5"));

        assertThat(filter.describe())
                .isEqualTo(
                        """
                        a node matches if all of this is so:
                          fact role is the text 'mail'
                          fact cpus is at least 4
                          fact v exists and is not the text '1.2.3'
                          fact os.name is like /Deb/
                          fact a exists and is not like /\\d/
                          it has the class apache
                          it has a class like /^role::/
                          it can do an action of the family puppet
                          it can do node.reboot
                          it can do something like /^user/
                          any of:
                            it is called web1
                            it is called something like /^db/
                          it has the class mysql
                          fact site is the text 'data center'
                          load('5').avg is less than 0.5\
                        """);
    }

    @Test
    void precedenceIsVisible() {
        assertThat(Filters.expressions("a=1 or b=2 and not (c or d) and !e").describe())
                .isEqualTo(
                        """
                        a node matches if all of this is so:
                          any of:
                            fact a is 1
                            all of:
                              fact b is 2
                              not:
                                any of:
                                  it has the class c
                                  it has the class d
                              not:
                                it has the class e\
                        """);
    }

    @Test
    void whatATerminalWouldObeyIsEscaped() {
        assertThat(Filters.facts("a='\u001b[31m'").describe()).contains("'\\u{1b}[31m'");
        assertThat(Filters.classes("'\u202e'")).hasToString("-C ''\\u{202e}''");
    }

    @Test
    void theFirstTermThatDoesNotHoldIsNamed() {
        var filter =
                new Filter(
                        List.of("a=1"),
                        List.of(),
                        List.of(),
                        List.of("web1", "/^db/"),
                        List.of("apache b=2"),
                        List.of("a=1 and not c=3"));

        assertThat(verdict(filter, "{\"a\": 2}")).isEqualTo(new Verdict.Mismatch("-F", "a=1"));
        assertThat(verdict(filter, "{\"a\": 1}")).isEqualTo(new Verdict.Mismatch("-W", "b=2"));
        assertThat(verdict(filter, "{\"a\": 1, \"b\": 2, \"c\": 3}"))
                .isEqualTo(new Verdict.Mismatch("-S", "a=1 and not c=3"));
        assertThat(verdict(filter, "{\"a\": 1, \"b\": 2}")).isEqualTo(new Verdict.Match());
        assertThat(verdict(Filters.identities("db1", "/^db/"), "{}"))
                .isEqualTo(new Verdict.Mismatch("-I", "db1, /^db/"));
    }

    private static Verdict verdict(Filter filter, String facts) {
        return filter.verdict(Filters.node(facts), DataFunctions.NONE);
    }
}
