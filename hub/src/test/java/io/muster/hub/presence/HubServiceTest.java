package io.muster.hub.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.filter.Filter;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.Json;
import io.muster.message.NodeId;
import io.muster.message.Reply;
import io.muster.message.Request;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.message.Value.Text;
import io.muster.message.Value.Whole;
import io.muster.message.WireDocument;
import io.muster.security.Certificates;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

class HubServiceTest extends HubQuestions {
    @Test
    void anOperatorLearnsWhoIsHere() {
        threeNodes();
        var request = question(Fields.EMPTY, Filter.EVERYTHING);
        var outcome = ask(request);
        assertThat(outcome.message()).isEqualTo("4 nodes of 4");
        assertThat(outcome.result().member("states"))
                .contains(
                        Fields.EMPTY
                                .with("down", 1)
                                .with("joining", 1)
                                .with("suspect", 1)
                                .with("up", 1));
        assertThat(outcome.result().member("withoutFacts")).contains(new Whole(1));
        assertThat(outcome.result().member("parts")).contains(new Whole(1));
        var web01 =
                rows(request.id()).stream()
                        .filter(row -> row.member("id").equals(Optional.of(new Text("web01"))))
                        .findFirst()
                        .orElseThrow();
        assertThat(web01)
                .isEqualTo(
                        Fields.EMPTY
                                .with("id", "web01")
                                .with("name", "web01.example.org")
                                .with("state", "up")
                                .with("since", NOON.toEpochMilli())
                                .with("seen", NOON.toEpochMilli())
                                .with("boot", "boot-1")
                                .with("interval", 60_000)
                                .with("version", "0.1.0")
                                .with("collectives", Value.texts(List.of("main")))
                                .with("offset", 0));
    }

    @Test
    void whoAsksIsToldThatTheRegistryCannotBeUsed() {
        threeNodes();
        assertThat(ask(question(Fields.EMPTY, Filter.EVERYTHING)).result().member("registry"))
                .isEmpty();
        trouble = Optional.of("redis localhost:6379: Connection refused, for 3m");
        assertThat(ask(question(Fields.EMPTY, Filter.EVERYTHING)).result().member("registry"))
                .contains(new Text("redis localhost:6379: Connection refused, for 3m"));
    }

    @Test
    void theDocumentShowsTheMembersOfAnAnswer() throws IOException {
        threeNodes();
        var request = question(Fields.EMPTY, Filter.EVERYTHING);
        var outcome = ask(request);
        var result = documented("json result");
        assertThat(outcome.result().members().keySet())
                .containsExactlyElementsOf(result.members().keySet());
        var row =
                ((Items) documented("json part").member("nodes").orElseThrow()).items().getFirst();
        assertThat(rows(request.id()).stream().map(node -> node.members().keySet()))
                .contains(((Fields) row).members().keySet());
    }

    private static Fields documented(String label) throws IOException {
        return Json.read(Bytes.utf8(WireDocument.examples(label).getFirst()));
    }

    @Test
    void repliesAreBoundToTheRequestAndCounted() {
        threeNodes();
        var request = question(Fields.EMPTY, Filter.EVERYTHING);
        ask(request);
        assertThat(inbox)
                .allSatisfy(
                        reply -> {
                            assertThat(reply.digest()).isEqualTo(request.encode().sha256().hex());
                            assertThat(reply.sender()).isEqualTo(FLEET.hub().identity());
                            assertThat(reply.name()).isEqualTo("hub.example.org");
                            assertThat(reply.boot()).isEqualTo("boot-hub");
                        })
                .extracting(Reply::sequence)
                .containsExactly(0, 1);
    }

    @Test
    void statesAndColumnsNarrowTheAnswer() {
        threeNodes();
        var arguments =
                Fields.EMPTY
                        .with("states", Value.texts(List.of("up", "suspect")))
                        .with("columns", Value.texts(List.of("state")));
        var request = question(arguments, Filter.EVERYTHING);
        assertThat(ask(request).message()).isEqualTo("2 nodes of 4");
        assertThat(rows(request.id()))
                .containsExactlyInAnyOrder(
                        Fields.EMPTY.with("id", "web01").with("state", "up"),
                        Fields.EMPTY.with("id", "web02").with("state", "suspect"));
    }

    @Test
    void theValueOfAFactComesWithEachNode() {
        threeNodes();
        var arguments =
                Fields.EMPTY
                        .with("fact", "cores")
                        .with("columns", Value.texts(List.of()))
                        .with("states", Value.texts(List.of("up", "suspect")));
        var request = question(arguments, Filter.EVERYTHING);
        var outcome = ask(request);
        assertThat(outcome.result().member("withoutFact")).contains(new Whole(1));
        assertThat(rows(request.id()))
                .containsExactlyInAnyOrder(
                        Fields.EMPTY.with("id", "web01").with("fact", 4),
                        Fields.EMPTY.with("id", "web02").with("fact", new Value.Nothing()));
    }

    @Test
    void detailsBringFactsClassesAndActions() {
        threeNodes();
        var arguments = Fields.EMPTY.with("details", true).with("columns", Value.texts(List.of()));
        var targets = Optional.of(List.of(new NodeId("web01")));
        var plain = question(arguments, Filter.EVERYTHING);
        var request =
                new Request(
                        plain.id(),
                        plain.fleet(),
                        plain.collective(),
                        plain.sender(),
                        plain.action(),
                        plain.arguments(),
                        plain.filter(),
                        targets,
                        plain.replyTo(),
                        plain.issued(),
                        plain.expires(),
                        plain.actionClass(),
                        plain.dryRun(),
                        plain.bind(),
                        plain.critical());
        ask(request);
        assertThat(rows(request.id()))
                .containsExactly(
                        Fields.EMPTY
                                .with("id", "web01")
                                .with("facts", Fields.EMPTY.with("role", "web").with("cores", 4))
                                .with("complete", true)
                                .with("classes", Value.texts(List.of("role::web01")))
                                .with("actions", Value.texts(List.of("node.ping"))));
    }

    @Test
    void otherCollectivesAreNotShown() {
        threeNodes();
        var plain = question(Fields.EMPTY, Filter.EVERYTHING);
        var other =
                new Request(
                        plain.id(),
                        plain.fleet(),
                        new Collective("dr"),
                        plain.sender(),
                        plain.action(),
                        plain.arguments(),
                        plain.filter(),
                        plain.targets(),
                        plain.replyTo(),
                        plain.issued(),
                        plain.expires(),
                        plain.actionClass(),
                        false,
                        Map.of(),
                        List.of());
        assertThat(ask(other).message()).isEqualTo("0 nodes of 0");
    }

    @Test
    void manyQuestionsOfOneCallerAreAnsweredOneAfterTheOther() {
        threeNodes();
        var requests =
                IntStream.range(0, 8)
                        .mapToObj(i -> question(Fields.EMPTY, Filter.EVERYTHING))
                        .toList();
        requests.forEach(request -> send(signed(request)));
        for (var request : requests) {
            await().until(() -> finalOf(request.id()).isPresent());
            assertThat(finalOf(request.id()).orElseThrow().message()).isEqualTo("4 nodes of 4");
        }
    }

    @Test
    void certificatesAreToldToWhoAsksForThemOnly() {
        var credentials = FLEET.node("web01");
        node("web01", NOON, Fields.EMPTY);
        node("web02", NOON, Fields.EMPTY);
        var der = Certificates.der(credentials.certificate());
        presence.certified(new NodeId("web01"), der);

        var usual = question(Fields.EMPTY, Filter.EVERYTHING);
        ask(usual);
        assertThat(rows(usual.id())).hasSize(2);
        assertThat(rows(usual.id())).allMatch(row -> row.member("certificate").isEmpty());

        var columns = Value.texts(List.of("certificate"));
        var asked = question(Fields.EMPTY.with("columns", columns), Filter.EVERYTHING);
        ask(asked);
        assertThat(rows(asked.id()))
                .containsExactlyInAnyOrder(
                        Fields.EMPTY.with("id", "web01").with("certificate", der.base64()),
                        Fields.EMPTY.with("id", "web02"));
    }
}
