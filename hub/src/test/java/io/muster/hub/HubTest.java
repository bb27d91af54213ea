package io.muster.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.enrolment.Joined;
import io.muster.filter.Filter;
import io.muster.hub.enrolment.AuthorityException;
import io.muster.hub.presence.HubService;
import io.muster.hub.presence.NodeState;
import io.muster.message.Announcement.Kind;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reply;
import io.muster.message.Reply.Answer;
import io.muster.message.ReplyAddress;
import io.muster.message.Request;
import io.muster.message.RequestId;
import io.muster.message.Role;
import io.muster.message.RollCall;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.queue.QueueEntry;
import io.muster.queue.QueueState;
import io.muster.security.Credentials;
import io.muster.security.PayloadType;
import io.muster.security.Verification.Trusted;
import io.muster.security.Verifier;
import io.muster.transport.Destination;
import io.muster.transport.Transport;
import io.muster.transport.TransportException;
import io.muster.transport.jms.BrokerAddress;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** The whole hub on the loopback address, with real nodes' and operators' connections. */
class HubTest {
    private static final InstantSource CLOCK = HubFixture.CLOCK;
    private static final Duration LIMIT = HubFixture.LIMIT;

    @TempDir private Path temporary;
    private final List<Reply> inbox = new CopyOnWriteArrayList<>();
    private HubFixture fleet;
    private Hub hub;

    @BeforeEach
    void start() {
        fleet = new HubFixture(temporary);
        hub = hub().orElseThrow();
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    private HubConfig config() {
        return fleet.config("state");
    }

    private Optional<Hub> hub() {
        return fleet.start(config());
    }

    private Joined join(String id) throws InterruptedException {
        return fleet.join(hub, id);
    }

    private Transport connect(Credentials who, BrokerAddress broker) {
        return fleet.connect(who, broker);
    }

    private static void announce(Transport transport, Credentials node, Kind kind, long sequence) {
        var facts = Fields.EMPTY.with("role", node.identity().name().substring(0, 3));
        HubFixture.announce(transport, node, kind, sequence, Optional.of(facts));
    }

    private static Request question(Credentials asker, ReplyAddress inbox, Fields arguments) {
        var now = CLOCK.instant();
        return new Request(
                RequestId.random(new SecureRandom()),
                "test",
                Collective.MAIN,
                asker.identity(),
                HubService.PRESENCE,
                arguments,
                Filter.EVERYTHING,
                Optional.empty(),
                inbox,
                now,
                now.plusSeconds(60),
                ActionClass.READ,
                false,
                Map.of(),
                List.of());
    }

    private void take(Verifier verifier, Bytes body) {
        if (verifier.verify(body, PayloadType.REPLY, Set.of(Role.HUB)) instanceof Trusted trusted) {
            inbox.add(Reply.decode(trusted.payload()));
        }
    }

    private BrokerAddress broker() {
        return HubFixture.broker(hub);
    }

    private Outcome ask(Fields arguments) {
        var alice = fleet.operator("alice");
        var bus = connect(alice, broker());
        var address = ReplyAddress.of(alice.identity(), "0a");
        var verifier = new Verifier(alice.trust(), CLOCK);
        try (var _ =
                bus.subscribe(new Destination.Replies(address), body -> take(verifier, body))) {
            var request = question(alice, address, arguments);
            bus.publishConfirmed(
                    new Destination.Hub(),
                    alice.signer().sign(PayloadType.REQUEST, request.encode()),
                    request.expires(),
                    LIMIT);
            await().atMost(LIMIT).until(() -> outcome(request.id()).isPresent());
            return outcome(request.id()).orElseThrow();
        }
    }

    private Optional<Outcome> outcome(RequestId id) {
        for (var reply : inbox) {
            if (reply.request().equals(id)
                    && reply.answer() instanceof Answer.Final(Outcome last)) {
                return Optional.of(last);
            }
        }
        return Optional.empty();
    }

    private void awaitState(String id, NodeState state) {
        await().atMost(LIMIT)
                .until(
                        () ->
                                hub.presence()
                                        .state(new NodeId(id), Instant.now())
                                        .equals(Optional.of(state)));
    }

    @Test
    void nodesJoinAnnounceThemselvesAndAreSeenByAnOperator() throws Exception {
        for (var id : List.of("web01", "web02", "db01")) {
            var node = join(id);
            assertThat(hub.presence().state(new NodeId(id), Instant.now()))
                    .contains(NodeState.JOINING);
            assertThat(node.broker().port()).isEqualTo(hub.brokerPort().orElseThrow());
            var bus = connect(node.credentials(), BrokerAddress.parse(node.broker().toString()));
            announce(bus, node.credentials(), Kind.UP, 1);
            if (id.equals("db01")) {
                announce(bus, node.credentials(), Kind.LEAVING, 2);
                awaitState(id, NodeState.LEFT);
            } else {
                awaitState(id, NodeState.UP);
            }
        }
        var outcome = ask(Fields.EMPTY);
        assertThat(outcome.message()).isEqualTo("3 nodes of 3");
        assertThat(outcome.result().member("states"))
                .contains(Fields.EMPTY.with("left", 1).with("up", 2));
    }

    @Test
    void aNodeThatIsHeardWithoutItsFactsIsAskedForThem() throws Exception {
        var node = join("web01").credentials();
        var bus = connect(node, broker());
        var verifier = new Verifier(node.trust(), CLOCK);
        var calls = new CopyOnWriteArrayList<RollCall>();
        bus.subscribe(
                new Destination.Node(node.identity().nodeId()),
                body -> {
                    if (verifier.verify(body, PayloadType.ROLLCALL, Set.of(Role.HUB))
                            instanceof Trusted trusted) {
                        calls.add(RollCall.decode(trusted.payload()));
                    }
                });
        HubFixture.announce(bus, node, Kind.UP, 1, Optional.empty());
        await().atMost(LIMIT).until(() -> !calls.isEmpty());
        assertThat(calls.getFirst().node()).isEqualTo(node.identity());
    }

    @Test
    void aNodeReadsRequestsToItsOwnCollectivesOnly() throws Exception {
        var node = join("web01").credentials();
        var dr = new Collective("dr");
        var before = connect(node, broker());
        before.subscribe(new Destination.Requests(Collective.MAIN), body -> {}).close();
        assertThatThrownBy(() -> before.subscribe(new Destination.Requests(dr), body -> {}))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("may not read");

        fleet.door().place(node.identity().nodeId(), List.of(dr), "person bob");

        before.subscribe(new Destination.Requests(dr), body -> {}).close();
        assertThatThrownBy(
                        () ->
                                before.subscribe(
                                        new Destination.Requests(Collective.MAIN), body -> {}))
                .isInstanceOf(TransportException.class);
    }

    @Test
    void aNodeCannotAskTheHub() throws Exception {
        var node = join("web01").credentials();
        var bus = connect(node, broker());
        var address = ReplyAddress.of(node.identity(), "0a");
        var request = question(node, address, Fields.EMPTY);
        assertThatThrownBy(
                        () ->
                                bus.publishConfirmed(
                                        new Destination.Hub(),
                                        node.signer().sign(PayloadType.REQUEST, request.encode()),
                                        request.expires(),
                                        LIMIT))
                .isInstanceOf(TransportException.class);
    }

    @Test
    void whatWaitsForANodeGoesWithItWhenItsNameIsFreedForAnother() throws Exception {
        join("web01");
        var web = new NodeId("web01");
        try (var operator = new QueueingOperator(fleet.operator("alice"), broker())) {
            operator.leave(web, 2, Duration.ofHours(1));
            fleet.door().end(web, true, "test");
            await().atMost(LIMIT)
                    .until(
                            () ->
                                    operator.listed().stream()
                                            .allMatch(e -> e.state() == QueueState.PURGED));
            var left = operator.leave(web, 1, Duration.ofHours(1));
            var waiting =
                    operator.listed().stream()
                            .filter(e -> e.state() == QueueState.WAITING)
                            .toList();
            assertThat(waiting)
                    .extracting(QueueEntry::request)
                    .containsExactly(left.getFirst().value());
        }
    }

    @Test
    void aSecondStartIsNoHubAndLeavesTheFirstAlone() throws Exception {
        assertThat(hub()).isEmpty();
        assertThat(Hub.holder(config())).isEqualTo("" + ProcessHandle.current().pid());
        join("web01");
    }

    @Test
    void aHubThatStartsAgainKnowsAtOnceWhoWasHereAndExpectsTheOthers() throws Exception {
        join("web01");
        var node = join("web02").credentials();
        try (var bus = connect(node, broker())) {
            announce(bus, node, Kind.UP, 1);
            awaitState("web02", NodeState.UP);
        }
        hub.close();
        hub.close();
        hub = hub().orElseThrow();
        var outcome = ask(Fields.EMPTY);
        assertThat(outcome.message()).isEqualTo("2 nodes of 2");
        assertThat(outcome.result().member("states"))
                .contains(Fields.EMPTY.with("joining", 1).with("up", 1));
        assertThat(outcome.result().member("withoutFacts")).contains(new Value.Whole(1));
    }

    @Test
    void withoutAnAuthorityThereIsNoHubAndNothingListens() {
        var nowhere =
                config().with(
                                Optional.of(temporary.resolve("nowhere")),
                                Optional.of(temporary.resolve("other")),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty());
        assertThatThrownBy(() -> fleet.start(nowhere))
                .isInstanceOf(AuthorityException.class)
                .hasMessageContaining("muster ca init");
    }

    @Test
    void aPortThatIsTakenIsNamedAndNothingKeepsRunning() {
        var other = fleet.config("other", "enrol = 127.0.0.1:" + hub.enrolmentPort());
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> fleet.start(other))
                    .isInstanceOf(HubException.class)
                    .hasMessageContaining("127.0.0.1:" + hub.enrolmentPort());
        }
    }
}
