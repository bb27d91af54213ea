package io.muster.filter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code -W}: facts and classes in one text. */
class MixedFilterTest {

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            textBlock =
                    """
                    apache                         § true
                    /apache/                       § true
                    mysql                          § false
                    apache role::web               § true
                    apache mysql                   § false
                    /apache/ location=uk           § true
                    location=uk /apache/           § true
                    apache location=us             § false
                    \tapache   location=uk\t       § true
                    site='data center' apache      § true
                    site="data center"             § true
                    'my fact'=x                    § true
                    'my fact'='x' "apache"         § true
                    site=/^data c/ apache          § true
                    site=/data center/             § true
                    dir=/usr/bin apache            § true
                    dir=/usr/bin/ apache           § true
                    dir='/usr/bin/' apache         § false
                    cpus>2 cpus<=4 cpus!=3         § true
                    cpus=~^4$                      § true
                    note=a(b)c                     § true
                    'and'                          § false
                    """)
    void everyFactAndClassOfTheListMustHold(String filter, boolean expected) {
        var node =
                Filters.node(
                        """
                        {"location": "uk", "site": "data center", "my fact": "x", "cpus": 4,
                         "dir": "/usr/bin", "note": "a(b)c"}
                        """);

        assertThat(Filters.mixed(filter).matches(node)).isEqualTo(expected);
    }
}
