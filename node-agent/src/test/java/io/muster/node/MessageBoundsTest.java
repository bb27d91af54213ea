package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.action.ActionClass;
import io.muster.message.Bytes;
import io.muster.message.Outcome;
import io.muster.message.Reply;
import io.muster.security.Envelope;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a node takes in, and what it lets out, whatever it is sent and whatever is wrong with it.
 */
class MessageBoundsTest {
    @TempDir private Path directory;
    private NodeFixture fixture;

    @BeforeEach
    void start() throws IOException {
        fixture = new NodeFixture(directory);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private Outcome outcome() {
        await().atMost(Duration.ofSeconds(20)).until(() -> !fixture.replies().isEmpty());
        assertThat(fixture.replies()).hasSize(1);
        return ((Reply.Answer.Final) fixture.replies().getFirst().answer()).outcome();
    }

    private void droppedAs(String why) {
        assertThat(fixture.audit())
                .contains("\"kind\":\"dropped\",\"why\":\"" + why + "\"")
                .doesNotContain("\"kind\":\"accepted\"", "\"kind\":\"refused\"");
        assertThat(fixture.audit().lines())
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(1_000));
        fixture.draft("test.look", ActionClass.READ).send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
    }

    @Test
    void aMessageLargerThanAnyEnvelopeIsDroppedUnread() {
        var genuine = fixture.draft("test.change", ActionClass.CHANGE).message();
        var padding = " ".repeat(Envelope.MAX_SIZE + 1 - genuine.length());
        fixture.handOver(Bytes.utf8(new String(genuine.view(), UTF_8) + padding));
        droppedAs("oversized");
    }

    @Test
    void aHugeKeyIdIsDroppedAndNotWrittenDown() {
        var genuine = fixture.draft("test.change", ActionClass.CHANGE).message();
        var keyid = Envelope.decode(genuine).signatures().getFirst().keyid();
        var huge = new String(genuine.view(), UTF_8).replace(keyid, "a".repeat(100_000));
        fixture.deliver(Bytes.utf8(huge));
        droppedAs("malformed");
    }

    @Test
    void aHostNameThatCannotBeReadHoldsNoAnswerUp() throws IOException {
        var kernel = directory.resolve("machine/proc/sys/kernel/hostname");
        var name = Files.readString(kernel).strip();
        fixture.draft("test.look", ActionClass.READ).send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
        fixture.replies().clear();
        Files.delete(kernel);
        Files.createDirectory(kernel);

        fixture.draft("test.change", ActionClass.CHANGE).send();

        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
        assertThat(fixture.replies().getFirst().name()).isEqualTo(name);
    }
}
