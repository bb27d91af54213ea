package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.filter.Filter;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A node, and what Alice hears of it. */
abstract class HandledRequests {
    @TempDir Path directory;
    NodeFixture fixture;

    @BeforeEach
    void start() throws IOException {
        fixture = new NodeFixture(directory);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    NodeFixture.Draft look() {
        return fixture.draft("test.look", ActionClass.READ);
    }

    NodeFixture.Draft change() {
        return fixture.draft("test.change", ActionClass.CHANGE);
    }

    Outcome outcome() {
        await().atMost(Duration.ofSeconds(20)).until(() -> !fixture.replies().isEmpty());
        assertThat(fixture.replies()).hasSize(1);
        assertThat(fixture.replies().getFirst().answer()).isInstanceOf(Reply.Answer.Final.class);
        return ((Reply.Answer.Final) fixture.replies().getFirst().answer()).outcome();
    }

    void refusedFor(Reason reason) {
        assertThat(outcome()).isInstanceOf(Outcome.Refused.class);
        assertThat(((Outcome.Refused) outcome()).reason()).isEqualTo(reason);
        assertThat(fixture.runs).hasValue(0);
        assertThat(fixture.audit()).contains("\"kind\":\"refused\"", reason.word());
    }

    static Filter facts(String... terms) {
        return new Filter(List.of(terms), List.of(), List.of(), List.of(), List.of(), List.of());
    }
}
