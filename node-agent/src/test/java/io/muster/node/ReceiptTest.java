package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.message.Reply;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** What a node says of a change before it begins: that it has it, whatever dies from now on. */
class ReceiptTest {
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

    private NodeFixture.Draft underWay() {
        var draft = fixture.draft("test.hold", ActionClass.CHANGE).send();
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.runs.get() == 1);
        return draft;
    }

    private void awaitReceipts(int number) {
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.receipts().size() == number);
    }

    @Test
    void whatIsAcceptedIsOnTheDiskBeforeTheCallerHearsOfIt() throws IOException {
        var draft = underWay();
        awaitReceipts(1);
        var receipt = fixture.receipts().getFirst();
        assertThat(receipt.request()).isEqualTo(draft.id);
        assertThat(receipt.digest()).isEqualTo(draft.request().encode().sha256().hex());
        assertThat(receipt.sequence()).isZero();
        var journal = directory.resolve("state/requests.journal");
        assertThat(Files.readString(journal, StandardCharsets.ISO_8859_1)).contains("\"begun\"");
        assertThat(fixture.replies()).isEmpty();

        // Whatever dies now, it comes to an end that can be asked for.
        fixture.restart();
        assertThat(fixture.awaitReplies(1).getFirst().answer().toString()).contains("Interrupted");
    }

    @Test
    void whoSendsItAgainMeanwhileIsToldSoAgain() {
        var draft = underWay();
        draft.send();
        awaitReceipts(2);
        assertThat(fixture.receipts().getLast().answer()).isEqualTo(new Reply.Answer.Accepted());
        fixture.hold.countDown();
        fixture.awaitReplies(1);
        draft.send();
        fixture.awaitReplies(2);
        assertThat(fixture.receipts()).hasSize(2);
        assertThat(fixture.runs).hasValue(1);
    }

    @Test
    void aBusThatTakesNothingHoldsNoChangeUp() {
        var taken = new CountDownLatch(1);
        fixture.delay(
                () -> {
                    try {
                        taken.await();
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                });
        try {
            underWay();
            fixture.hold.countDown();
            // The next one can begin, though nobody could be told of the end of the first.
            await().atMost(Duration.ofSeconds(20))
                    .until(
                            () -> {
                                // Whoever is refused waits for the bus as well.
                                var next = fixture.draft("test.change", ActionClass.CHANGE);
                                Thread.ofVirtual().start(next::send);
                                return fixture.runs.get() > 1;
                            });
        } finally {
            taken.countDown();
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.receipts().size() > 1);
    }

    @Test
    void oneThatTheBusDoesNotTakeIsNotKept() {
        var draft = underWay();
        awaitReceipts(1);
        fixture.silence();
        draft.send();
        fixture.hold.countDown();
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.audit().contains("finished"));
        // What was kept comes in its order.
        await().atMost(Duration.ofSeconds(20))
                .until(
                        () -> {
                            fixture.speak();
                            fixture.connectAgain();
                            return !fixture.replies().isEmpty();
                        });
        assertThat(fixture.receipts()).hasSize(1);
    }

    @Test
    void whatOnlyLooksOrIsRefusedOrOnlyStopsOthersHasNone() {
        fixture.draft("test.look", ActionClass.READ).send();
        fixture.draft("test.forbidden", ActionClass.CHANGE).send();
        var cancel = fixture.draft("node.cancel", ActionClass.CHANGE);
        cancel.arguments = Fields.EMPTY.with("all", true);
        cancel.send();
        fixture.awaitReplies(3);
        assertThat(fixture.receipts()).isEmpty();
    }
}
