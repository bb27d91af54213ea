package io.muster.hub.queue;

import static io.muster.hub.queue.QueueFixture.ALICE;
import static io.muster.hub.queue.QueueFixture.BOB;
import static io.muster.hub.queue.QueueFixture.FLEET;
import static io.muster.hub.queue.QueueFixture.signed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Bytes;
import io.muster.message.MalformedException;
import io.muster.message.Manner;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.queue.QueueEntry;
import io.muster.queue.QueueState;
import io.muster.security.Credentials;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Who leaves something at the hub, sees it and takes it back, and how much of it. */
class QueueRightsTest {
    @TempDir private Path temporary;
    private QueueFixture hub;

    @BeforeEach
    void start() {
        hub = new QueueFixture(temporary.resolve("queue"));
    }

    @AfterEach
    void close() {
        hub.close();
    }

    private void share(int share, String... operators) {
        hub.restart(new QueueTerms(Duration.ZERO, share, List.of(operators)));
    }

    private List<Fields> refused(Credentials who, String node) {
        return hub.put(who, signed(hub.waiting(who, node), who));
    }

    @Test
    void nobodyTakesBackOrSeesIntoWhatIsAnothers() {
        var request = hub.left(ALICE, "web01");
        assertThat(hub.withdraw(BOB, request)).isEmpty();
        var place = hub.listed(BOB).getFirst().place();
        assertThatThrownBy(() -> hub.withdraw(BOB, place)).hasMessageContaining("operator/alice");
        assertThat(hub.state(request)).isEqualTo(QueueState.WAITING);
        var seen = hub.listed(BOB).getFirst();
        assertThat(seen.toValue().toString())
                .doesNotContain("not-for-all", request.id().value())
                .contains(request.id().brief());
        assertThat(seen.id()).isEmpty();
        var own = Fields.EMPTY.with("own", true);
        assertThat(hub.listed(BOB, own)).isEmpty();
        assertThat(hub.listed(ALICE, own)).hasSize(1);
        var named = Fields.EMPTY.with("requests", Value.texts(List.of(request.id().value())));
        assertThat(hub.listed(BOB, named)).isEmpty();
        assertThat(hub.listed(ALICE, named).getFirst().id()).contains(request.id());
    }

    @Test
    void whoIsNamedInTheSettingsTakesBackWhatIsOthers() {
        share(10, "operator/bob");
        var request = hub.left(ALICE, "web01");
        hub.withdraw(BOB, hub.listed(BOB).getFirst().place());
        assertThat(hub.state(request)).isEqualTo(QueueState.WITHDRAWN);
    }

    @Test
    void anIdThatAnotherHasUsedStandsInNobodysWay() {
        var first = hub.left(ALICE, "web01");
        var same = hub.request(first.id(), BOB, "web01", Duration.ofDays(1), Manner.QUEUED);
        assertThat(hub.put(BOB, signed(same, BOB))).isEmpty();
        hub.withdraw(ALICE, first);
        assertThat(hub.state(same)).isEqualTo(QueueState.WAITING);
        assertThat(hub.state(first)).isEqualTo(QueueState.WITHDRAWN);
    }

    @Test
    void onlyWhatItsSenderSignedToWaitIsTaken() {
        var foreign = hub.waiting(ALICE, "web01");
        for (var bad :
                List.of(
                        signed(foreign, ALICE),
                        signed(foreign, BOB),
                        signed(hub.waiting(BOB, "web01"), FLEET.node("web01")),
                        signed(hub.request(BOB, "web01", Duration.ofMinutes(5), Manner.PLAIN), BOB),
                        signed(hub.request(BOB, "web01", Duration.ofDays(8), Manner.QUEUED), BOB),
                        Bytes.utf8("{}"))) {
            assertThatThrownBy(() -> hub.put(BOB, signed(hub.waiting(BOB, "web02"), BOB), bad))
                    .isInstanceOf(MalformedException.class);
        }
        var late = hub.waiting(BOB, "web01");
        hub.pass(Duration.ofDays(2));
        assertThatThrownBy(() -> hub.put(BOB, signed(late, BOB))).hasMessageContaining("expired");
        assertThat(hub.listed(BOB)).isEmpty();
    }

    @Test
    void nobodyTakesTheRoomOfOthersAndWhatIsOverTakesNone() {
        share(3);
        var first = hub.left(ALICE, "n1");
        hub.left(ALICE, "n2", Duration.ofMinutes(1));
        hub.left(ALICE, "n3");
        assertThat(refused(ALICE, "n4").getFirst().toString()).contains("3 requests of one");
        hub.left(BOB, "n4");
        hub.withdraw(ALICE, first);
        hub.left(ALICE, "n4");
        assertThat(refused(ALICE, "n5")).hasSize(1);
        hub.pass(Duration.ofMinutes(1));
        hub.left(ALICE, "n5");
        hub.restart();
        assertThat(refused(ALICE, "n6")).hasSize(1);
    }

    @Test
    void thereIsRoomForSoManyOfOneForANodeAndForOthersBeside() {
        for (int i = 0; i < Room.FOR_A_NODE_OF_ONE; i++) {
            hub.left(ALICE, "web01");
        }
        assertThat(refused(ALICE, "web01").getFirst().toString()).contains("for one node");
        hub.left(ALICE, "web02");
        hub.left(BOB, "web01");
    }

    @Test
    void ofManyThoseAreKeptForWhichThereIsRoom() {
        share(1);
        var kept = hub.waiting(ALICE, "web01");
        var not = hub.waiting(ALICE, "web02");
        var refused = hub.put(ALICE, signed(kept, ALICE), signed(not, ALICE));
        assertThat(refused).hasSize(1);
        assertThat(refused.getFirst().member("request").orElseThrow())
                .hasToString(not.id().value());
        assertThat(hub.listed(ALICE)).extracting(QueueEntry::node).hasToString("[web01]");
    }

    @Test
    void whoAsksFirstHearsForWhomThereIsNoRoomAndNothingIsKept() {
        share(2);
        hub.left(ALICE, "web01");
        var nodes = Fields.EMPTY.with("nodes", Value.texts(List.of("n1", "n2", "n3")));
        var full = hub.ask(ALICE, QueueAnswers.PUT, nodes, "refused");
        assertThat(full).extracting(no -> no.member("node").orElseThrow()).hasToString("[n2, n3]");
        assertThat(hub.ask(BOB, QueueAnswers.PUT, nodes, "refused")).hasSize(1);
        assertThat(hub.listed(ALICE)).hasSize(1);
    }
}
