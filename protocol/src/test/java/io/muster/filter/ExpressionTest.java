package io.muster.filter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code -S}: and, or, not and parentheses over terms. */
class ExpressionTest {
    private static final Subject NODE =
            Filters.node(
                    """
                    {"t": 1, "os": {"family": "Debian"}, "site": "data center", "dir": "/usr/bin",
                     "tags": ["a", "b"], "virtual": true, "or": "x", "country": "or"}
                    """);

    /** Here {@code t=1} is true and {@code f=1} is false. */
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            textBlock =
                    """
                    t=1                              § true
                    f=1                              § false
                    not f=1                          § true
                    not t=1                          § false
                    !f=1                             § true
                    ! t=1                            § false
                    !!t=1                            § true
                    not not t=1                      § true
                    not !t=1                         § true
                    t=1 and f=1                      § false
                    t=1 or f=1                       § true
                    f=1 and f=1 or t=1               § true
                    t=1 or f=1 and f=1               § true
                    (t=1 or f=1) and f=1             § false
                    not f=1 and f=1                  § false
                    not (f=1 and f=1)                § true
                    not f=1 or t=1                   § true
                    not (t=1 or f=1)                 § false
                    !(t=1 or f=1)                    § false
                    !(f=1)and(t=1)                   § true
                    not(f=1)or(f=1)                  § true
                    ((t=1))                          § true
                    ( ( t=1 ) )                      § true
                    f=1 or f=1 or f=1 or t=1         § true
                    t=1 and t=1 and t=1 and f=1      § false
                    \tt=1\tand\tt=1\t                § true
                    """)
    void notBindsTighterThanAndAndAndTighterThanOr(String text, boolean expected) {
        assertThat(Filters.expressions(text).matches(NODE)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            textBlock =
                    """
                    apache                           § true
                    mysql                            § false
                    not mysql                        § true
                    role::web and apache             § true
                    /^role::/                        § true
                    /^role::(web|db)$/               § true
                    (/^role::(web|db)$/)             § true
                    !/^db/ and apache                § true
                    /role web/                       § false
                    os.family=Debian                 § true
                    os.family = Debian and apache    § true
                    os.family != RedHat              § true
                    os.family=/^Deb(ian|uan)$/       § true
                    (os.family=/^Deb(ian|uan)$/)     § true
                    os.family =~ ^Deb(ian|uan)$      § true
                    (os.family =~ (Deb|Red))         § true
                    os.family=/[)]/ or apache        § true
                    os.family!=/Red/ and apache      § true
                    site='data center' and apache    § true
                    site="data center"               § true
                    site=/data c/ and apache         § true
                    dir=/usr/bin and apache          § true
                    dir=/usr/bin/ and apache         § true
                    dir='/usr/bin/' or mysql         § false
                    (dir=/usr/bin)                   § true
                    (dir=/\\/usr\\/bin/)             § true
                    tags=a and tags=b                § true
                    virtual=true                     § true
                    or=x                             § true
                    or=x or or=y                     § true
                    country=or                       § true
                    country=or or mysql              § true
                    'or'=x                           § true
                    'apache'                         § true
                    fact('os.family').value=Debian   § true
                    fact("os.family").value =~ Deb   § true
                    fact('os.family').value!=/Red/   § true
                    not fact('none').value=1         § true
                    t>0 and t<2 and t>=1 and t=<1    § true
                    t=1 and !os.family=RedHat        § true
                    ((os.family=RedHat and site=x) or os.family=Debian) and /apache/ § true
                    """)
    void termsAreFactsClassesAndRegularExpressionsOverClasses(String text, boolean expected) {
        assertThat(Filters.expressions(text).matches(NODE)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            textBlock =
                    """
                    notapache    § it has the class notapache
                    android      § it has the class android
                    oracle       § it has the class oracle
                    and=1        § fact and is 1
                    not=1        § fact not is 1
                    """)
    void keywordsAreWholeWords(String text, String words) {
        assertThat(Filters.expressions(text).describe())
                .isEqualTo("a node matches if all of this is so:\n  " + words);
    }
}
