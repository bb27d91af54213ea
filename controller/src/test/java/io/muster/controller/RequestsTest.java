package io.muster.controller;

import static io.muster.controller.Village.targets;
import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.action.ActionClass;
import io.muster.action.BuiltIn;
import io.muster.controller.discovery.Boots.UnknownBootException;
import io.muster.controller.discovery.Presence;
import io.muster.controller.discovery.Target;
import io.muster.filter.Filter;
import io.muster.message.Bytes;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Request;
import io.muster.message.RequestId;
import io.muster.message.Value.Fields;
import io.muster.security.Envelope;
import io.muster.transport.Destination;
import io.muster.transport.Receiver;
import io.muster.transport.Transport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** What is published for a run. */
class RequestsTest {
    private static final Duration BRIEF = Duration.ofMillis(400);

    private final Village village = new Village();

    @AfterEach
    void close() {
        village.close();
    }

    private static Run ping(Duration timeout) {
        var spec = BuiltIn.NODE_PING;
        return new Run(
                spec.name(),
                spec.actionClass(),
                Fields.EMPTY,
                Filter.EVERYTHING,
                false,
                Duration.ofMinutes(1),
                timeout);
    }

    /** Notes what is published. */
    private static final class Recorder implements Transport {
        private final Transport to;
        private final List<Destination> destinations = new ArrayList<>();
        private final List<Request> requests = new ArrayList<>();

        Recorder(Transport to) {
            this.to = to;
        }

        @Override
        public void publish(Destination destination, Bytes body, Instant expires) {
            destinations.add(destination);
            requests.add(Request.decode(Envelope.decode(body).payload()));
            to.publish(destination, body, expires);
        }

        @Override
        public void publishConfirmed(
                Destination destination, Bytes body, Instant expires, Duration limit) {
            publish(destination, body, expires);
        }

        @Override
        public Subscription subscribe(Destination destination, Receiver receiver) {
            return to.subscribe(destination, receiver);
        }

        @Override
        public void close() {
            to.close();
        }
    }

    private static Target[] many(int number) {
        return IntStream.range(0, number)
                .mapToObj(i -> up("n-" + i, "web" + i))
                .toArray(Target[]::new);
    }

    private Recorder recorded(Run run, Target... nodes) {
        var recorder = new Recorder(village.bus().open());
        try (var caller = village.caller(recorder)) {
            new Fleet(caller).run(run, targets(nodes), _ -> {});
        }
        return recorder;
    }

    @Test
    void aFewAreAskedOneByOneWithTheSameMessage() {
        var recorder = recorded(ping(Duration.ofMillis(1)), many(10));
        assertThat(recorder.destinations).hasSize(10).allMatch(d -> d instanceof Destination.Node);
        assertThat(recorder.requests.stream().map(Request::id).distinct()).hasSize(1);
    }

    @Test
    void manyAreAskedAtOnce() {
        var recorder = recorded(ping(Duration.ofMillis(1)), many(11));
        assertThat(recorder.destinations).singleElement().isInstanceOf(Destination.Requests.class);
        assertThat(recorder.requests.getFirst().targets().orElseThrow()).hasSize(11);
    }

    @Test
    void moreThanAHundredAreAskedByTheHundredAndNobodyReadsTheListsOfOthers() {
        var recorder = recorded(ping(Duration.ofMillis(1)), many(201));
        var read = new HashMap<RequestId, List<NodeId>>();
        for (int i = 0; i < recorder.requests.size(); i++) {
            assertThat(recorder.destinations.get(i)).isInstanceOf(Destination.Node.class);
            var node = ((Destination.Node) recorder.destinations.get(i)).node();
            read.computeIfAbsent(recorder.requests.get(i).id(), _ -> new ArrayList<>()).add(node);
        }
        assertThat(read.values().stream().map(List::size)).containsOnly(100, 1).hasSize(3);
        assertThat(recorder.requests)
                .allSatisfy(r -> assertThat(r.targets().orElseThrow()).isEqualTo(read.get(r.id())));
    }

    private static Run reboot() {
        return new Run(
                BuiltIn.NODE_REBOOT.name(),
                ActionClass.DESTRUCTIVE,
                Fields.EMPTY,
                Filter.EVERYTHING,
                false,
                Duration.ofMinutes(1),
                Duration.ofMillis(1));
    }

    private static Target bootless(String id, String name) {
        return new Target(new NodeId(id), name, Presence.UP, Optional.empty());
    }

    @Test
    void whatIsDestructiveIsBoundToTheBootThatWasMeant() {
        var recorder = recorded(reboot(), up("n-1", "a"));
        assertThat(recorder.requests.getFirst().bind())
                .containsOnlyKeys(new NodeId("n-1"))
                .containsValue("boot-1");
    }

    @Test
    void whoIsNotKnownToBeInABootIsAskedBeforeAnythingDestructive() throws Exception {
        village.node("n-2", "b", _ -> new Outcome.Refused(Reason.POLICY, "not even a ping"));
        try (var caller = village.caller()) {
            var found = targets(up("n-1", "a"), bootless("n-2", "b"));
            var ready = new Fleet(caller).ready(reboot(), found);
            assertThat(ready.all())
                    .extracting(Target::boot)
                    .containsExactly(Optional.of("boot-1"), Optional.of("boot-1"));
        }
    }

    @Test
    void nothingDestructiveIsSentWhileTheBootOfOneIsNotKnown() {
        var recorder = new Recorder(village.bus().open());
        var found = targets(up("n-1", "a"), bootless("n-2", "b"));
        try (var caller = village.caller(recorder)) {
            var fleet = new Fleet(caller, Duration.ofMillis(50));
            assertThatThrownBy(() -> fleet.run(reboot(), found, _ -> {}))
                    .isInstanceOf(UnknownBootException.class)
                    .hasMessageContaining("b (n-2)");
            assertThat(recorder.requests).isEmpty();
            assertThatThrownBy(() -> fleet.ready(reboot(), found))
                    .isInstanceOf(UnknownBootException.class)
                    .hasMessageContaining("b (n-2), which did not say within 50ms");
            assertThat(recorder.requests)
                    .extracting(Request::action)
                    .containsExactly(BuiltIn.NODE_PING.name());
        }
    }

    @Test
    void aNonceIsAsGoodAsABoot() {
        var nonced =
                new Target(
                        new NodeId("n-1"), "a", Presence.UP, Optional.empty(), Optional.of("0a"));
        village.hub(nonced);
        var request = recorded(reboot().challenging(true), nonced).requests.getLast();
        assertThat(request.bind()).isEmpty();
        assertThat(request.nonces()).containsOnlyKeys(new NodeId("n-1"));
    }

    @Test
    void aRequestValidForLongerThanItsClassMayBeIsNotMade() {
        assertThatThrownBy(
                        () ->
                                new Run(
                                        BuiltIn.NODE_PING.name(),
                                        ActionClass.READ,
                                        Fields.EMPTY,
                                        Filter.EVERYTHING,
                                        false,
                                        Duration.ofMinutes(3),
                                        BRIEF))
                .hasMessageContaining("at most 2m");
    }
}
