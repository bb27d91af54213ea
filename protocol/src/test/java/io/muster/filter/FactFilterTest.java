package io.muster.filter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code -F} compares, and how. */
class FactFilterTest {

    @ParameterizedTest(name = "{0} on {1}: {2}")
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            textBlock =
                    """
                    cpus=4            § {"cpus": 4}            § true
                    cpus=4            § {"cpus": "4"}          § true
                    cpus=4            § {"cpus": "004"}        § true
                    cpus=007          § {"cpus": 7}            § true
                    cpus=4.0          § {"cpus": 4}            § true
                    cpus=+4           § {"cpus": 4}            § true
                    load<.5           § {"load": 0.25}         § true
                    load<=1.5         § {"load": 1.50}         § true
                    load>1            § {"load": 1}            § false
                    load>1            § {"load": 1.0001}       § true
                    load>=1           § {"load": 1.9}          § true
                    load<2            § {"load": 1.9}          § true
                    temp<2            § {"temp": -1}           § true
                    temp>-2           § {"temp": -1}           § true
                    temp=-1           § {"temp": "-01"}        § true
                    cpus<10           § {"cpus": 9}            § true
                    cpus<10           § {"cpus": "9"}          § true
                    cpus>9            § {"cpus": "10"}         § true
                    size=99           § {"size": 9900}         § false
                    big=9007199254740993 § {"big": 9007199254740992} § false
                    big>9223372036854775807 § {"big": 9223372036854775808} § true
                    v=1.10            § {"v": "1.1"}           § true
                    v=1e3             § {"v": 1000}            § false
                    v=1e3             § {"v": "1e3"}           § true
                    v=0x10            § {"v": 16}              § false
                    v=1000            § {"v": 1e3}             § true
                    v=1_000           § {"v": 1000}            § false
                    v=1.2.3           § {"v": "1.2.3"}         § true
                    v=.               § {"v": 0}               § false
                    """)
    void numbersCompareAsDecimalNumbers(String filter, String facts, boolean expected) {
        assertThat(Filters.facts(filter).matches(Filters.node(facts))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} on {1}: {2}")
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            textBlock =
                    """
                    role=mail         § {"role": "mail"}       § true
                    role=mail         § {"role": "Mail"}       § false
                    role=mail         § {"role": "mail "}      § false
                    role!=mail        § {"role": "web"}        § true
                    role!=mail        § {"role": "mail"}       § false
                    role<n            § {"role": "mail"}       § true
                    role<M            § {"role": "mail"}       § false
                    role<=mail        § {"role": "mail"}       § true
                    role>mai          § {"role": "mail"}       § true
                    role>=mail        § {"role": "mail"}       § true
                    role>mail         § {"role": "mail"}       § false
                    kernel>5          § {"kernel": "5.10.0"}   § true
                    kernel<10.0.0     § {"kernel": "5.10.0"}   § false
                    os=grün           § {"os": "grün"}         § true
                    os=gru            § {"os": "grün"}         § false
                    os<\uE000         § {"os": "\uD83D\uDE00"} § false
                    os>\uFFFD         § {"os": "\uD83D\uDE00"} § true
                    os<\uD83D\uDE01   § {"os": "\uD83D\uDE00"} § true
                    cpus=four         § {"cpus": 4}            § false
                    cpus!=four        § {"cpus": 4}            § true
                    cpus<four         § {"cpus": 4}            § true
                    os=''             § {"os": ""}             § true
                    os!=''            § {"os": "x"}            § true
                    """)
    void everythingElseComparesAsTextByCodePoint(String filter, String facts, boolean expected) {
        assertThat(Filters.facts(filter).matches(Filters.node(facts))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} on {1}: {2}")
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            textBlock =
                    """
                    v=true            § {"v": true}            § true
                    v=true            § {"v": false}           § false
                    v=false           § {"v": false}           § true
                    v!=false          § {"v": false}           § false
                    v!=false          § {"v": true}            § true
                    v!=true           § {"v": false}           § true
                    v!=bob            § {"v": true}            § true
                    v=bob             § {"v": false}           § false
                    v=True            § {"v": true}            § false
                    v=1               § {"v": true}            § false
                    v=0               § {"v": false}           § false
                    v=true            § {"v": "true"}          § true
                    v=/^t/            § {"v": true}            § true
                    v<z               § {"v": true}            § false
                    v>a               § {"v": true}            § false
                    """)
    void booleansCompareWithTrueAndFalseOnly(String filter, String facts, boolean expected) {
        assertThat(Filters.facts(filter).matches(Filters.node(facts))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} on {1}: {2}")
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            textBlock =
                    """
                    v=null            § {"v": null}            § false
                    v!=x              § {"v": null}            § false
                    v=''              § {"v": null}            § false
                    v=/./             § {"v": null}            § false
                    v!=/./            § {"v": null}            § false
                    v<x               § {"v": null}            § false
                    v=x               § {}                     § false
                    v!=x              § {}                     § false
                    v!=/x/            § {}                     § false
                    v<x               § {}                     § false
                    v>=x              § {}                     § false
                    v=~x              § {}                     § false
                    v=x               § {"v": {"x": 1}}        § false
                    v!=x              § {"v": {"x": 1}}        § false
                    v=/x/             § {"v": {"x": 1}}        § false
                    v.x=1             § {"v": {"x": 1}}        § true
                    """)
    void nothingMapsAndMissingFactsNeverMatch(String filter, String facts, boolean expected) {
        assertThat(Filters.facts(filter).matches(Filters.node(facts))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} on {1}: {2}")
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            textBlock =
                    """
                    v=b               § {"v": ["a", "b"]}      § true
                    v=c               § {"v": ["a", "b"]}      § false
                    v!=b              § {"v": ["a", "b"]}      § false
                    v!=c              § {"v": ["a", "b"]}      § true
                    v=2               § {"v": [1, "02"]}       § true
                    v>1               § {"v": [0, 1, 2]}       § true
                    v>2               § {"v": [0, 1, 2]}       § false
                    v<1               § {"v": [0, 1, 2]}       § true
                    v=/^b/            § {"v": ["a", "bb"]}     § true
                    v!=/^b/           § {"v": ["a", "bb"]}     § false
                    v!=/^c/           § {"v": ["a", "bb"]}     § true
                    v=b               § {"v": []}              § false
                    v!=b              § {"v": []}              § true
                    v=b               § {"v": [["a"], ["b"]]}  § true
                    v!=b              § {"v": [["a"], ["b"]]}  § false
                    v=x               § {"v": [{"x": 1}]}      § false
                    v=null            § {"v": [null]}          § false
                    v=true            § {"v": [false, true]}   § true
                    v.1=b             § {"v": ["a", "b"]}      § true
                    v.0=b             § {"v": ["a", "b"]}      § false
                    v.2=b             § {"v": ["a", "b"]}      § false
                    v.0.x=1           § {"v": [{"x": 1}]}      § true
                    """)
    void listsMatchIfAnElementDoes(String filter, String facts, boolean expected) {
        assertThat(Filters.facts(filter).matches(Filters.node(facts))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} on {1}: {2}")
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            textBlock =
                    """
                    os.family=Debian  § {"os": {"family": "Debian"}}                       § true
                    a.b.c=1           § {"a": {"b": {"c": 1}}}                             § true
                    a.b.c=1           § {"a.b": {"c": 1}}                                  § true
                    a.b.c=1           § {"a": {"b.c": 1}}                                  § true
                    a.b.c=1           § {"a.b.c": 1, "a": {"b": {"c": 2}}}                 § true
                    a.b.c=2           § {"a.b.c": 1, "a": {"b": {"c": 2}}}                 § false
                    a.b.c=1           § {"a": {"b": {"c": 2}}, "a.b": {"c": 1}}            § true
                    a.b.c=1           § {"a.b": {"d": 2}, "a": {"b": {"c": 1}}}            § true
                    a.b.c=1           § {"a.b": 5, "a": {"b": {"c": 1}}}                   § true
                    a.b=1             § {"a": "b"}                                         § false
                    a.=1              § {"a": {"": 1}}                                     § true
                    networking.interfaces.eth0.ip=10.0.0.1 § {"networking": {"interfaces": {"eth0": {"ip": "10.0.0.1"}}}} § true
                    mountpoints./boot.size>5 § {"mountpoints": {"/boot": {"size": 10}}}    § true
                    """)
    void dottedPathsLeadIntoNestedFacts(String filter, String facts, boolean expected) {
        assertThat(Filters.facts(filter).matches(Filters.node(facts))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} on {1}: {2}")
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            textBlock =
                    """
                    c=/uk|us/         § {"c": "us"}            § true
                    c=/uk|us/         § {"c": "bus stop"}      § true
                    c=/^(uk|us)$/     § {"c": "bus stop"}      § false
                    c=/US/            § {"c": "us"}            § false
                    c=/(?i)US/        § {"c": "us"}            § true
                    c==/us/           § {"c": "us"}            § true
                    c=~us             § {"c": "us"}            § true
                    c =~ ^u           § {"c": "us"}            § true
                    c=~/^u/           § {"c": "us"}            § true
                    c=~'/^u s/'       § {"c": "u s"}           § true
                    c=~"^u s"         § {"c": "u s"}           § true
                    c!=/us/           § {"c": "us"}            § false
                    c!=/us/           § {"c": "uk"}            § true
                    c=/^a$/           § {"c": "a\\nb"}         § false
                    c=/^b$/           § {"c": "a\\nb"}         § false
                    c=/a/b/           § {"c": "xa/bx"}         § true
                    c=/a\\/b/         § {"c": "xa/bx"}         § true
                    c='/us/'          § {"c": "us"}            § false
                    c='/us/'          § {"c": "/us/"}          § true
                    c=/usr            § {"c": "/usr"}          § true
                    c=/               § {"c": "/"}             § true
                    n=/^16/           § {"n": 1600}            § true
                    n=/^1\\.5$/       § {"n": 1.5}             § true
                    n=/^12345678901234567890$/ § {"n": 12345678901234567890} § true
                    """)
    void regularExpressionsAreUnanchoredAndCaseSensitive(
            String filter, String facts, boolean expected) {
        assertThat(Filters.facts(filter).matches(Filters.node(facts))).isEqualTo(expected);
    }

    @Test
    void allOfSeveralMustHold() {
        var filter = Filters.facts("role=mail", "cpus>2");

        assertThat(filter.matches(Filters.node("{\"role\":\"mail\",\"cpus\":4}"))).isTrue();
        assertThat(filter.matches(Filters.node("{\"role\":\"mail\",\"cpus\":2}"))).isFalse();
        assertThat(filter.matches(Filters.node("{\"role\":\"web\",\"cpus\":4}"))).isFalse();
    }

    @Test
    void aFactThatIsNotThereMatchesWhenNegatedAsAWhole() {
        assertThat(Filters.expressions("not role=mail").matches(Filters.node("{}"))).isTrue();
        assertThat(Filters.expressions("role!=mail").matches(Filters.node("{}"))).isFalse();
    }
}
