package io.muster.hub.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.NodeId;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;

import org.junit.jupiter.api.Test;

import java.util.regex.Pattern;

class IdPatternTest {
    private static boolean matches(String glob, String id) {
        return new IdPattern(glob).matches(new NodeId(id));
    }

    @Test
    void aStarIsAnyRunAndAQuestionMarkAnyCharacter() {
        assertThat(matches("*", "web01")).isTrue();
        assertThat(matches("web*", "web")).isTrue();
        assertThat(matches("web-??", "web-01")).isTrue();
        assertThat(matches("web-??", "web-1")).isFalse();
        assertThat(matches("*01", "web-101")).isTrue();
        assertThat(matches("web", "web01")).isFalse();
        assertThat(matches("eb*", "web01")).isFalse();
    }

    @Test
    void nothingElseIsAPattern() {
        for (var glob : new String[] {"", "WEB*", "web[0-9]", "web.example", "a b"}) {
            assertThatThrownBy(() -> new IdPattern(glob)).hasMessageContaining("not a pattern");
        }
    }

    @Property(tries = 2000)
    void itAgreesWithARegularExpression(
            @ForAll
                    @CharRange(from = 'a', to = 'b')
                    @Chars({'*', '?'})
                    @StringLength(min = 1, max = 8)
                    String glob,
            @ForAll @CharRange(from = 'a', to = 'b') @StringLength(min = 1, max = 8) String id) {
        var regex = Pattern.compile(glob.replace("*", ".*").replace("?", "."));
        assertThat(matches(glob, id)).isEqualTo(regex.matcher(id).matches());
    }

    @Test
    void aHostilePatternTakesNoTime() {
        assertThat(matches("a*".repeat(30) + "b", "a".repeat(63))).isFalse();
    }
}
