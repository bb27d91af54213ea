package io.muster.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "muster://test/node/n-0123456789ab",
                "muster://test/operator/alice.b_c",
                "muster://test/hub/hub",
                "muster://test/broker/b"
            })
    void whatIsReadIsPrintedTheSame(String uri) {
        assertThat(Identity.parse(uri).uri()).isEqualTo(uri);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "muster://test/node/a.b",
                "muster://-/node/a",
                "muster://test/node/-a",
                "muster://test/root/a",
                "muster://test/node/a/b",
                "muster://Test/node/a",
                "muster://test/node/a\n",
                "https://test/node/a"
            })
    void anythingElseIsMalformed(String text) {
        assertThatThrownBy(() -> Identity.parse(text)).isInstanceOf(MalformedException.class);
    }

    @Property
    void noLabelsMakeItFailInAnotherWay(
            @ForAll
                    @StringLength(max = 4)
                    @CharRange(from = 'a', to = 'c')
                    @Chars({'.', '-', '_', '/'})
                    String fleet,
            @ForAll @StringLength(max = 4) @CharRange(from = 'a', to = 'c') @Chars({'.', '-', '_'})
                    String name) {
        var uri = "muster://" + fleet + "/node/" + name;
        try {
            assertThat(Identity.parse(uri).uri()).isEqualTo(uri);
        } catch (MalformedException e) {
            assertThat(e.problem()).isNotEmpty();
        }
    }
}
