package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

class DeafnessTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir private Path directory;
    private final List<String> resigned = new ArrayList<>();
    private boolean idle;

    @Test
    void nobodyWhoKeepsMessagesBackEndsWhatANodeIsAt() {
        var deafness = new Deafness(() -> idle, resigned::add, System.getLogger("test"));
        deafness.accept("nothing arrives");
        deafness.accept("nothing arrives");
        assertThat(resigned).isEmpty();
        idle = true;
        deafness.accept("nothing arrives");
        assertThat(resigned).containsExactly("nothing arrives");
    }

    private NodeFixture at(String action) throws IOException {
        var fixture = new NodeFixture(directory);
        fixture.policy(
                """
                {"rules":[{"effect":"allow","callers":["operator/*"],"actions":["test.*"]}]}
                """);
        fixture.draft(action, ActionClass.CHANGE).send();
        await().atMost(LIMIT).until(() -> fixture.runs.get() == 1);
        return fixture;
    }

    @Test
    void whatWasAnsweredAndHangsKeepsNobodyAlive() throws IOException {
        try (var fixture = at("test.tardy")) {
            await().atMost(LIMIT).until(() -> !fixture.replies().isEmpty());
            await().atMost(LIMIT).until(fixture::idle);
            fixture.hold.countDown();
        }
    }

    @Test
    void whatShouldHaveBeenAnsweredLongAgoDoesNotEither() throws IOException {
        try (var fixture = at("test.hold")) {
            assertThat(fixture.idle()).isFalse();
            fixture.pass(Duration.ofSeconds(90));
            assertThat(fixture.idle()).isFalse();
            fixture.pass(Duration.ofSeconds(31));
            assertThat(fixture.idle()).isTrue();
            fixture.hold.countDown();
        }
    }
}
