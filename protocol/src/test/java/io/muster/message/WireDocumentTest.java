package io.muster.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.security.Envelope;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

class WireDocumentTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "wire.md");

    private static List<String> examples(String kind) throws IOException {
        var found = new ArrayList<String>();
        var fence = Pattern.compile("```json " + kind + "\n(.*?)\n```", Pattern.DOTALL);
        var matcher = fence.matcher(Files.readString(DOCUMENT));
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        assertThat(found).as("examples of " + kind).isNotEmpty();
        return found;
    }

    private static String text(Bytes encoded) {
        return Json.text(
                Json.readLocal(
                        new String(encoded.view(), java.nio.charset.StandardCharsets.UTF_8)));
    }

    @Test
    void everyExampleIsReadAndWrittenAsItStands() throws IOException {
        for (var example : examples("envelope")) {
            assertThat(text(Envelope.decode(Bytes.utf8(example)).encode())).isEqualTo(example);
        }
        for (var example : examples("request")) {
            assertThat(text(Request.decode(Bytes.utf8(example)).encode())).isEqualTo(example);
        }
        for (var example : examples("reply")) {
            assertThat(text(Reply.decode(Bytes.utf8(example)).encode())).isEqualTo(example);
        }
        for (var example : examples("announcement")) {
            assertThat(text(Announcement.decode(Bytes.utf8(example)).encode())).isEqualTo(example);
        }
    }

    @Test
    void everyMemberOfARequestIsNeededAndNoOtherIsTaken() throws IOException {
        var example = Json.read(Bytes.utf8(examples("request").getFirst()));
        var optional = List.of("targets", "bind", "critical");
        for (var member : example.members().keySet()) {
            var without = new java.util.LinkedHashMap<>(example.members());
            without.remove(member);
            var bytes = Json.write(new Value.Fields(without));
            if (optional.contains(member)) {
                assertThat(Request.decode(bytes)).isNotNull();
            } else {
                org.assertj.core.api.Assertions.assertThatThrownBy(() -> Request.decode(bytes))
                        .as(member)
                        .isInstanceOf(MalformedException.class);
            }
        }
        var more = Json.write(example.with("sudo", true));
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> Request.decode(more))
                .hasMessageContaining("unknown member sudo");
    }

    @Test
    void everyReasonIsDocumented() throws IOException {
        var document = Files.readString(DOCUMENT);
        Stream.concat(Arrays.stream(Reason.values()).map(Reason::word), Stream.of("interrupted"))
                .forEach(word -> assertThat(document).contains("`" + word + "`"));
    }
}
