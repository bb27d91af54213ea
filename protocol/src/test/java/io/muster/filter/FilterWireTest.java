package io.muster.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

/** The form of a filter that travels. */
class FilterWireTest {
    private static final Filter FULL =
            new Filter(
                    List.of("role=mail", " cpus > 2 "),
                    List.of("apache"),
                    List.of("puppet.run"),
                    List.of("web1", "/^db/"),
                    List.of("mysql os.family=Debian"),
                    List.of("not (a=1 or b)"));

    @Test
    void hasAListForEachKindAndKeepsTheTextsAsTyped() {
        assertThat(Json.text(FULL.toValue()))
                .isEqualTo(
                        """
                        {"facts":["role=mail"," cpus > 2 "],"classes":["apache"],\
                        "actions":["puppet.run"],"identities":["web1","/^db/"],\
                        "mixed":["mysql os.family=Debian"],"expressions":["not (a=1 or b)"]}\
                        """);
    }

    @Test
    void leavesEmptyListsOut() {
        assertThat(Json.text(Filter.EVERYTHING.toValue())).isEqualTo("{}");
        assertThat(Json.text(Filters.classes("a").toValue())).isEqualTo("{\"classes\":[\"a\"]}");
    }

    @Test
    void readsWhatItWrote() {
        assertThat(Filter.of(FULL.toValue())).isEqualTo(FULL).hasSameHashCodeAs(FULL);
        assertThat(Filter.of(Fields.EMPTY)).isEqualTo(Filter.EVERYTHING);
        assertThat(Filter.of(Json.read(Json.write(FULL.toValue())))).isEqualTo(FULL);
    }

    @Test
    void keepsTheOrderOfTexts() {
        var filter = Filters.facts("b=1", "a=1", "b=1");

        assertThat(Filter.of(filter.toValue()).facts()).containsExactly("b=1", "a=1", "b=1");
        assertThat(Filters.facts("a=1", "b=1")).isNotEqualTo(Filters.facts("b=1", "a=1"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"fact": ["a=b"]}                  § filter: has an unknown member fact
                    {"facts": ["a=b"], "limit": 3}     § filter: has an unknown member limit
                    {"facts": "a=b"}                   § filter: facts is not a list
                    {"facts": [1]}                     § filter: facts holds no text
                    {"facts": [null]}                  § filter: facts holds no text
                    {"facts": [""]}                    § column 1: empty
                    {"facts": ["a"]}                   § filter: bad filter -F 'a': column 1
                    {"identities": ["web*"]}           § filter: bad filter -I 'web*': column 4
                    {"expressions": ["a=/((x/"]}       § missing closing )
                    """)
    void refusesWhatIsNotAFilter(String json, String problem) {
        assertThatThrownBy(() -> Filter.of(Json.readLocal(json)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void namesTheListsItWasMadeOf() {
        assertThat(FULL.facts()).containsExactly("role=mail", " cpus > 2 ");
        assertThat(FULL.classes()).containsExactly("apache");
        assertThat(FULL.actions()).containsExactly("puppet.run");
        assertThat(FULL.identities()).containsExactly("web1", "/^db/");
        assertThat(FULL.mixed()).containsExactly("mysql os.family=Debian");
        assertThat(FULL.expressions()).containsExactly("not (a=1 or b)");
    }

    @Test
    void showsItselfAsTyped() {
        assertThat(FULL)
                .hasToString(
                        "-F 'role=mail' -F ' cpus > 2 ' -C 'apache' -A 'puppet.run' -I 'web1'"
                                + " -I '/^db/' -W 'mysql os.family=Debian' -S 'not (a=1 or b)'");
        assertThat(Filter.EVERYTHING).hasToString("every node");
    }
}
