package io.muster.filter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

/** {@code -I}, {@code -C} and {@code -A}. */
class IdentityFilterTest {
    private static final Subject WEB1 = Filters.node("{}");

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource(
            delimiter = '§',
            textBlock =
                    """
                    -I § web1                § true
                    -I § web1.example.com    § true
                    -I § n-0123456789ab      § true
                    -I § web                 § false
                    -I § WEB1                § false
                    -I § web1.example        § false
                    -I § example.com         § false
                    -I § /^web/              § true
                    -I § /example.com$/      § true
                    -I § /^n-0123/           § true
                    -I § /^web1$/            § true
                    -I § /WEB/               § false
                    -I § /^db/               § false
                    -C § apache              § true
                    -C § role::web           § true
                    -C § Apache              § false
                    -C § role                § false
                    -C § /^role::/           § true
                    -C § /^Role/             § false
                    -C § /^web/              § false
                    -A § puppet.run          § true
                    -A § puppet              § true
                    -A § puppet.ca           § true
                    -A § puppet.ca.sign      § true
                    -A § node                § true
                    -A § pup                 § false
                    -A § puppet.ru           § false
                    -A § puppet.run.now      § false
                    -A § user                § false
                    -A § /^puppet\\.r/       § true
                    -A § /^user/             § false
                    """)
    void matchesExactlyOrByRegularExpression(String option, String text, boolean expected) {
        assertThat(Filters.of(option, text).matches(WEB1)).isEqualTo(expected);
    }

    @Test
    void aHostNameThatLooksLikeTheIdOfAnotherNodeIsNoName() {
        for (var name : List.of("n-ffffffffffff", "n-ffffffffffff.example.com")) {
            var thief = new Subject(WEB1.id(), name, WEB1.facts(), WEB1.classes(), WEB1.actions());
            assertThat(Filters.of("-I", "n-ffffffffffff").matches(thief)).isFalse();
            assertThat(Filters.of("-I", "/^n-ffff/").matches(thief)).isFalse();
            assertThat(Filters.of("-I", WEB1.id().value()).matches(thief)).isTrue();
        }
    }

    @Test
    void anyOfSeveralIdentitiesIsEnough() {
        assertThat(Filters.identities("db1", "web1").matches(WEB1)).isTrue();
        assertThat(Filters.identities("/^web/", "web1").matches(WEB1)).isTrue();
        assertThat(Filters.identities("db1", "/^db/").matches(WEB1)).isFalse();
    }

    @Test
    void allOfSeveralClassesAndActionsAreNeeded() {
        assertThat(Filters.classes("apache", "/^role/").matches(WEB1)).isTrue();
        assertThat(Filters.classes("apache", "mysql").matches(WEB1)).isFalse();
        assertThat(Filters.actions("puppet", "node.reboot").matches(WEB1)).isTrue();
        assertThat(Filters.actions("puppet", "user").matches(WEB1)).isFalse();
    }

    @Test
    void allKindsMustHold() {
        var filter =
                new Filter(
                        List.of("cpus>2"),
                        List.of("apache"),
                        List.of("node"),
                        List.of("web1", "db1"),
                        List.of("role::web"),
                        List.of("not mysql"));

        assertThat(filter.matches(Filters.node("{\"cpus\": 4}"))).isTrue();
        assertThat(filter.matches(Filters.node("{\"cpus\": 2}"))).isFalse();
    }

    @Test
    void noTextsMatchEveryNode() {
        assertThat(Filters.facts()).isEqualTo(Filter.EVERYTHING);
        assertThat(Filter.EVERYTHING.everything()).isTrue();
        assertThat(Filter.EVERYTHING.matches(WEB1)).isTrue();
        assertThat(Filters.facts("a=b").everything()).isFalse();
    }

    @Test
    void aClassInQuotesIsTakenAsItIs() {
        var node =
                new Subject(
                        WEB1.id(),
                        "web1",
                        WEB1.facts(),
                        java.util.Set.of("mail server", "recipe[apache::ssl]", "/x/"),
                        WEB1.actions());

        assertThat(Filters.classes("'mail server'").matches(node)).isTrue();
        assertThat(Filters.classes("recipe[apache::ssl]").matches(node)).isTrue();
        assertThat(Filters.classes("'/x/'").matches(node)).isTrue();
        assertThat(Filters.expressions("'mail server' and not '/y/'").matches(node)).isTrue();
        assertThat(Filters.mixed("'mail server' recipe[apache::ssl]").matches(node)).isTrue();
    }

    @Test
    void aShortHostNameIsTheWholeNameIfThereIsNoDomain() {
        var node = new Subject(WEB1.id(), "web1", WEB1.facts(), WEB1.classes(), WEB1.actions());

        assertThat(Filters.identities("web1").matches(node)).isTrue();
        assertThat(Filters.identities("web1.example.com").matches(node)).isFalse();
    }
}
