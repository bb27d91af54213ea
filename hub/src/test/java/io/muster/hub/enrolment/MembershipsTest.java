package io.muster.hub.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.enrolment.JoinAnswer.Granted;
import io.muster.message.Collective;
import io.muster.message.NodeId;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class MembershipsTest {
    private static final NodeId WEB01 = new NodeId("web01");
    private static final Collective DR = new Collective("dr");
    private static final Collective LAB = new Collective("lab");

    @TempDir private Path temporary;
    private TestAuthority fleet;
    private Memberships memberships;

    @BeforeEach
    void found() {
        fleet = TestAuthority.found(temporary.resolve("ca"));
        memberships = new Memberships(new AuthorityFiles(fleet.directory), List.of(LAB));
    }

    @Test
    void aNodeIsInWhatItWasLetInto() {
        var key = fleet.key();
        fleet.join(key, "web01", fleet.token());
        assertThat(memberships.of(WEB01)).containsExactly(Collective.MAIN);
    }

    @Test
    void whoIsSignedByAPersonIsInWhatTheHubWouldHaveGiven() {
        var key = fleet.key();
        fleet.ask(key, "web01");
        var waiting = fleet.door().waiting().getFirst();
        assertThat(waiting.collectives()).containsExactly(Collective.MAIN);
        fleet.door().sign(fleet.open(), waiting, "person bob");
        assertThat(memberships.of(WEB01)).containsExactly(Collective.MAIN);
    }

    @Test
    void aPersonPutsANodeElsewhereAndItStaysThere() {
        var key = fleet.key();
        fleet.join(key, "web01", fleet.token());
        assertThat(memberships.of(WEB01)).containsExactly(Collective.MAIN);

        fleet.door().place(WEB01, List.of(Collective.MAIN, DR), "person bob");

        assertThat(memberships.of(WEB01)).containsExactlyInAnyOrder(Collective.MAIN, DR);
        assertThat(fleet.ask(key, "web01"))
                .isInstanceOfSatisfying(
                        Granted.class,
                        granted ->
                                assertThat(granted.collectives())
                                        .containsExactly(Collective.MAIN, DR));
        fleet.now = fleet.now.plus(Lifetimes.DEFAULT.node().dividedBy(2)).plusSeconds(60);
        fleet.ask(key, "web01");
        assertThat(fleet.door().issued().getFirst().by()).isEqualTo("renewal");
        assertThat(memberships.of(WEB01)).containsExactlyInAnyOrder(Collective.MAIN, DR);
    }

    @Test
    void nobodyIsPutAnywhereWhoIsNoNode() {
        var door = fleet.door();
        assertThatThrownBy(() -> door.place(WEB01, List.of(DR), "person bob"))
                .isInstanceOf(AuthorityException.class)
                .hasMessageContaining("no node has the id web01");
    }

    @Test
    void withoutARecordItIsTheUsualOne() {
        assertThat(memberships.of(WEB01)).containsExactly(LAB);
    }

    @Test
    void aDamagedRecordGivesNothingNew() throws IOException {
        for (var id : List.of("web01", "web02")) {
            fleet.join(fleet.key(), id, fleet.token());
        }
        assertThat(memberships.of(WEB01)).containsExactly(Collective.MAIN);
        for (var id : List.of("web01", "web02")) {
            Files.writeString(
                    fleet.directory.resolve("nodes/issued").resolve(id).resolve("2.json"), "{");
        }
        assertThat(memberships.of(WEB01)).containsExactly(Collective.MAIN);
        assertThat(memberships.of(new NodeId("web02"))).isEmpty();
    }
}
