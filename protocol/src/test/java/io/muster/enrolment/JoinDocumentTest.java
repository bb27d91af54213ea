package io.muster.enrolment;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Bytes;
import io.muster.message.WireDocument;

import org.junit.jupiter.api.Test;

import java.io.IOException;

class JoinDocumentTest {

    @Test
    void everyExampleIsReadAndWrittenAsItStands() throws IOException {
        for (var example : WireDocument.examples("json join-request")) {
            assertThat(JoinRequest.decode(Bytes.utf8(example)).encode())
                    .isEqualTo(Bytes.utf8(example));
        }
        for (var example : WireDocument.examples("json join-answer")) {
            assertThat(JoinAnswer.decode(Bytes.utf8(example)).encode())
                    .isEqualTo(Bytes.utf8(example));
        }
        for (var example : WireDocument.examples("join-token")) {
            assertThat(JoinToken.parse(example).printed()).isEqualTo(example);
        }
    }

    @Test
    void theRequestProvesToKnowTheToken() throws IOException {
        var token = JoinToken.parse(WireDocument.examples("join-token").getFirst());
        var example = WireDocument.examples("json join-request").getFirst();
        var request = JoinRequest.decode(Bytes.utf8(example));
        assertThat(request.provenBy(token.key(), token.listener().root())).isTrue();
    }

    @Test
    void everyReasonIsDocumented() throws IOException {
        for (var refusal : JoinAnswer.Refusal.values()) {
            assertThat(WireDocument.text()).contains("`" + refusal.word() + "`");
        }
    }
}
