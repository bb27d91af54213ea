package io.muster.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.queue.QueueEntry;
import io.muster.security.Envelope;
import io.muster.trust.Lock;
import io.muster.trust.PolicyBundle;
import io.muster.trust.Release;
import io.muster.trust.RevocationList;
import io.muster.trust.TrustSet;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;

class WireDocumentTest {
    private static String text(Bytes encoded) {
        return Json.text(Json.readLocal(new String(encoded.view(), StandardCharsets.UTF_8)));
    }

    @Test
    void everyExampleIsReadAndWrittenAsItStands() throws IOException {
        for (var example : WireDocument.examples("json envelope")) {
            assertThat(text(Envelope.decode(Bytes.utf8(example)).encode())).isEqualTo(example);
        }
        for (var example : WireDocument.examples("json request")) {
            assertThat(text(Request.decode(Bytes.utf8(example)).encode())).isEqualTo(example);
        }
        for (var example : WireDocument.examples("json approval")) {
            assertThat(text(Approval.decode(Bytes.utf8(example)).encode())).isEqualTo(example);
        }
        for (var example : WireDocument.examples("json reply")) {
            assertThat(text(Reply.decode(Bytes.utf8(example)).encode())).isEqualTo(example);
        }
        for (var example : WireDocument.examples("json checkpoint")) {
            assertThat(text(Checkpoint.decode(Bytes.utf8(example)).encode())).isEqualTo(example);
        }
        for (var example : WireDocument.examples("json rollcall")) {
            assertThat(text(RollCall.decode(Bytes.utf8(example)).encode())).isEqualTo(example);
        }
        for (var example : WireDocument.examples("json queued")) {
            var entry = QueueEntry.of(Json.read(Bytes.utf8(example)));
            assertThat(text(Json.write(entry.toValue()))).isEqualTo(example);
        }
        for (var example : WireDocument.examples("json announcement")) {
            assertThat(text(Announcement.decode(Bytes.utf8(example)).encode())).isEqualTo(example);
        }
    }

    @Test
    void everyExampleOfADocumentIsReadAndWrittenAsItStands() throws IOException {
        for (var example : WireDocument.examples("json revocation")) {
            assertThat(text(RevocationList.decode(Bytes.utf8(example)).encode()))
                    .isEqualTo(example);
        }
        for (var example : WireDocument.examples("json policy")) {
            assertThat(text(PolicyBundle.decode(Bytes.utf8(example)).encode())).isEqualTo(example);
        }
        for (var example : WireDocument.examples("json trust")) {
            assertThat(text(TrustSet.decode(Bytes.utf8(example)).encode())).isEqualTo(example);
        }
        for (var example : WireDocument.examples("json lock")) {
            assertThat(text(Lock.decode(Bytes.utf8(example)).encode())).isEqualTo(example);
        }
        for (var example : WireDocument.examples("json release")) {
            assertThat(text(Release.decode(Bytes.utf8(example)).encode())).isEqualTo(example);
        }
    }

    @Test
    void everyMemberOfARequestIsNeededAndNoOtherIsTaken() throws IOException {
        var example = Json.read(Bytes.utf8(WireDocument.examples("json request").getFirst()));
        var optional =
                List.of(
                        "targets",
                        "bind",
                        "critical",
                        "approvals",
                        "maxTargets",
                        "rollout",
                        "lists");
        for (var member : example.members().keySet()) {
            var without = new LinkedHashMap<>(example.members());
            without.remove(member);
            var bytes = Json.write(new Value.Fields(without));
            if (optional.contains(member)) {
                assertThat(Request.decode(bytes)).isNotNull();
            } else {
                assertThatThrownBy(() -> Request.decode(bytes))
                        .as(member)
                        .isInstanceOf(MalformedException.class);
            }
        }
        var more = Json.write(example.with("sudo", true));
        assertThatThrownBy(() -> Request.decode(more)).hasMessageContaining("unknown member sudo");
    }

    @Test
    void everyReasonIsDocumented() throws IOException {
        var document = WireDocument.text();
        Stream.concat(Arrays.stream(Reason.values()).map(Reason::word), Stream.of("interrupted"))
                .forEach(word -> assertThat(document).contains("`" + word + "`"));
    }
}
