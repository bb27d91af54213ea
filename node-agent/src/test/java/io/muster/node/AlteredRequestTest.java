package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.filter.Filter;
import io.muster.message.Bytes;
import io.muster.message.Json;
import io.muster.message.NodeId;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.security.Envelope;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Whoever carries a request can change none of it: each member in turn, under the signature. */
class AlteredRequestTest {
    private static final Map<String, Value> OTHERS = others();

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

    /** For each member of a request another value that a request may have. */
    private static Map<String, Value> others() {
        var others = new LinkedHashMap<String, Value>();
        others.put("id", Value.of("f".repeat(32)));
        others.put("fleet", Value.of("production"));
        others.put("collective", Value.of("other"));
        others.put("sender", Value.of("muster://test/operator/bob"));
        others.put("action", Value.of("test.wipe"));
        others.put("args", Fields.EMPTY.with("word", "evil"));
        others.put("filter", terms("role=mail").toValue());
        others.put("targets", Value.texts(List.of("n1", "n2")));
        others.put("replyTo", Value.of("0".repeat(32) + ".1"));
        others.put("issued", Value.of(NodeFixture.NOON.minusSeconds(1).toEpochMilli()));
        others.put("expires", Value.of(NodeFixture.NOON.plusSeconds(120).toEpochMilli()));
        others.put("class", Value.of("destructive"));
        others.put("dryRun", Value.of(true));
        others.put("bind", Fields.EMPTY.with("n1", "another-boot"));
        others.put("critical", Value.texts(List.of("approvals")));
        return others;
    }

    private static Filter terms(String term) {
        return Filter.of(Fields.EMPTY.with("facts", Value.texts(List.of(term))));
    }

    static Set<String> members() {
        return OTHERS.keySet();
    }

    /** A request with every member there is. */
    private Envelope full() {
        var draft = fixture.draft("test.change", ActionClass.CHANGE);
        draft.filter = terms("role=ma*");
        draft.bind = Map.of(new NodeId("n1"), "a-boot");
        draft.critical = List.of("signatures");
        draft.targets = Optional.of(List.of(new NodeId("n1")));
        return Envelope.decode(draft.message());
    }

    private void droppedWith(UnaryOperator<Map<String, Value>> change) {
        var genuine = full();
        var payload = Json.read(genuine.payload());
        var changed = change.apply(new LinkedHashMap<>(payload.members()));
        dropped(genuine, Json.write(new Fields(changed)));
    }

    private void dropped(Envelope genuine, Bytes payload) {
        assertThat(payload).isNotEqualTo(genuine.payload());
        fixture.deliver(
                new Envelope(genuine.type(), payload, genuine.signatures(), genuine.certificates())
                        .encode());
        assertThat(fixture.audit())
                .contains("\"kind\":\"dropped\",\"why\":\"bad-signature\"")
                .doesNotContain("\"kind\":\"accepted\"", "\"kind\":\"refused\"");
        fixture.draft("test.look", ActionClass.READ).send();
        await().atMost(Duration.ofSeconds(20)).until(() -> !fixture.replies().isEmpty());
        assertThat(fixture.replies()).hasSize(1);
        assertThat(fixture.runs).hasValue(1);
    }

    @Test
    void theMembersBelowAreAllThereAre() {
        var payload = Json.read(full().payload());
        assertThat(payload.members().keySet()).isEqualTo(members());
    }

    @ParameterizedTest
    @MethodSource("members")
    void aMemberWithAnotherValueIsDropped(String member) {
        droppedWith(
                members -> {
                    members.put(member, OTHERS.get(member));
                    return members;
                });
    }

    @ParameterizedTest
    @MethodSource("members")
    void aMemberTakenAwayIsDropped(String member) {
        droppedWith(
                members -> {
                    members.remove(member);
                    return members;
                });
    }

    @Test
    void theSameInOtherBytesIsDropped() {
        var genuine = full();
        dropped(genuine, Bytes.utf8(" " + Json.text(Json.read(genuine.payload()))));
    }
}
