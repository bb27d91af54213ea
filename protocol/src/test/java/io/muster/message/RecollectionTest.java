package io.muster.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Value.Fields;

import org.junit.jupiter.api.Test;

import java.io.IOException;

class RecollectionTest {
    @Test
    void theExamplesAreWhatTravels() throws IOException {
        for (var example : WireDocument.examples("json recollection")) {
            var recollection = Recollection.of(Json.read(Bytes.utf8(example)));
            assertThat(Json.text(recollection.toValue())).isEqualTo(example);
            assertThat(Recollection.of(recollection.toValue())).isEqualTo(recollection);
        }
    }

    @Test
    void anythingElseIsMalformed() {
        var unknown = new Recollection.Unknown().toValue();
        assertThatThrownBy(() -> Recollection.of(unknown.with("digest", "x")))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> Recollection.of(Fields.EMPTY.with("state", "lost")))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("lost");
    }

    @Test
    void dataIsLeftOutWithItsSizeAndDigestAndOnlyOnce() {
        var outcome = new Outcome.Changed("done", Fields.EMPTY.with("output", "x".repeat(100)));
        var light = LeftOut.of(outcome);
        assertThat(LeftOut.in(outcome)).isFalse();
        assertThat(LeftOut.in(light)).isTrue();
        assertThat(light.word()).isEqualTo("changed");
        assertThat(light.result().toString()).contains("\"bytes\":113");
        assertThat(LeftOut.of(light)).isEqualTo(light);
        assertThat(LeftOut.in(LeftOut.of(Outcome.ok("here")))).isFalse();
    }
}
