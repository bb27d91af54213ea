package io.muster.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;

class CancellationTest {
    @Test
    void theExamplesAreWhatTravels() throws IOException {
        for (var example : WireDocument.examples("json cancellation")) {
            var cancellation = Cancellation.of(Json.read(Bytes.utf8(example)));
            assertThat(Json.text(cancellation.toValue())).isEqualTo(example);
        }
        for (var brief : List.of(new Cancellation.Stopping(), new Cancellation.GoingDown())) {
            assertThat(Cancellation.of(brief.toValue())).isEqualTo(brief);
        }
    }

    @Test
    void anythingElseIsMalformed() {
        var stopped = new Cancellation.Stopping().toValue();
        assertThatThrownBy(() -> Cancellation.of(stopped.with("kept", true)))
                .isInstanceOf(MalformedException.class);
        var unended = new Recollection.Unknown().toValue();
        assertThatThrownBy(
                        () -> Cancellation.of(stopped.with("state", "over").with("how", unended)))
                .isInstanceOf(MalformedException.class);
    }
}
