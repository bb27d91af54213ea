package io.muster.controller.cli;

import static io.muster.controller.Village.HERE;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.ExitCode;
import io.muster.controller.Village;
import io.muster.filter.Subject;
import io.muster.message.Bytes;
import io.muster.message.Json;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reply.Answer;
import io.muster.message.Request;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.security.Attributes;
import io.muster.security.Certificates;
import io.muster.security.Credentials;
import io.muster.security.Issuance;
import io.muster.security.Leaf;
import io.muster.security.Sealer;
import io.muster.security.Sealer.Kind;
import io.muster.security.Sealer.Place;
import io.muster.security.Sealer.SealException;
import io.muster.security.TestFleet;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** How secrets get from an operator to nodes, and back. */
class SecretsTest {
    private static final String SECRET = "correct horse battery staple";

    @TempDir private Path home;

    private final Village village = new Village();
    private final ConcurrentLinkedQueue<Request> seen = new ConcurrentLinkedQueue<>();
    private final Map<String, Credentials> nodes = new LinkedHashMap<>();
    private final Map<String, Credentials> shown = new LinkedHashMap<>();
    private CommandContext context = new CommandContext(village, Path.of("/"));

    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
        Files.writeString(home.resolve("secret"), SECRET + "\n");
    }

    @AfterEach
    void close() {
        village.close();
    }

    private void node(String id) {
        var credentials = village.node(id, "host-" + id, this::answer);
        nodes.put(id, credentials);
        shown.put(id, credentials);
    }

    private Outcome answer(Request request) {
        seen.add(request);
        return HERE;
    }

    /** A hub that shows for each node the certificate that the test wants it to. */
    private void hub() {
        village.hub(
                (call, hub) -> {
                    call.reply(hub, "hub", 0, new Answer.Part(rows(call.request())));
                    call.reply(hub, "hub", 1, new Answer.Final(Outcome.ok("all")));
                });
    }

    private Fields rows(Request request) {
        var rows = new ArrayList<Value>();
        for (var id : nodes.keySet()) {
            var row =
                    Fields.EMPTY
                            .with("id", id)
                            .with("name", "host-" + id)
                            .with("state", "up")
                            .with("boot", "boot-1");
            var subject =
                    new Subject(new NodeId(id), "host-" + id, Fields.EMPTY, Set.of(), Set.of());
            if (!request.mayConcern(new NodeId(id)) || !request.filter().matches(subject)) {
                continue;
            }
            if (request.targets().isPresent() && shown.containsKey(id)) {
                var der = Certificates.der(shown.get(id).certificate());
                row = Fields.EMPTY.with("id", id).with("certificate", der.base64());
            }
            rows.add(row);
        }
        return Fields.EMPTY.with("nodes", new Items(rows));
    }

    private CommandContext.Ran ensure(String... more) {
        var words = new ArrayList<>(List.of("run", "user.ensure", "name=deploy"));
        words.addAll(List.of(more));
        return context.run(words.toArray(String[]::new));
    }

    private String opened(Request request, String id) throws SealException {
        var node = Objects.requireNonNull(nodes.get(id));
        var place =
                new Place(
                        Kind.ARGUMENT, request.id(), request.sender(), node.identity(), "password");
        var part = request.sealed().part("password", new NodeId(id)).orElseThrow();
        return Json.read(Sealer.open(node.sealing().orElseThrow(), place, part))
                .member("value")
                .orElseThrow()
                .toString();
    }

    private void nothingSent(CommandContext.Ran ran) {
        assertThat(seen).isEmpty();
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.out() + ran.err()).doesNotContain(SECRET);
    }

    @Test
    void eachTargetGetsItsOwnPartAndNobodySeesMore() throws SealException {
        node("n-1");
        node("n-2");
        hub();
        var ran = ensure("password=@secret", "-I", "n-1", "-I", "n-2");
        assertThat(ran.err()).isEmpty();
        assertThat(ran.code()).isZero();
        var request = seen.element();
        assertThat(new String(request.encode().view(), java.nio.charset.StandardCharsets.UTF_8))
                .doesNotContain(SECRET);
        assertThat(request.arguments().member("password")).isEmpty();
        assertThat(opened(request, "n-1")).isEqualTo(SECRET);
        assertThat(opened(request, "n-2")).isEqualTo(SECRET);
        assertThat(request.sealed().parts().get("password")).hasSize(2);
    }

    /** All that is kept of runs. */
    private String writtenDown() throws IOException {
        var text = new StringBuilder();
        try (var files = Files.walk(context.folder().resolve("runs"))) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                text.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return text.toString();
    }

    @Test
    void whatIsWrittenDownOfARunHoldsTheNamesOfSecretsAndNoSecret() throws IOException {
        node("n-1");
        hub();
        ensure("password=@secret", "-I", "n-1");
        assertThat(writtenDown())
                .contains("\"secrets\":[\"password\"]", "\"name\":\"deploy\"")
                .doesNotContain(SECRET);
        assertThat(context.run("runs", "show", "last").code()).isZero();
        var retried = context.run("runs", "retry", "last", "--failed");
        assertThat(retried.err()).contains("has secrets, not kept");
    }

    @Test
    void aSecretIsReadFromStandardInputOrAskedForWithoutBeingSeen() throws SealException {
        node("n-1");
        hub();
        context.typed(SECRET + "\n");
        assertThat(ensure("password=-", "-I", "n-1").code()).isZero();
        assertThat(opened(seen.remove(), "n-1")).isEqualTo(SECRET);
        context.typedUnseen(SECRET);
        assertThat(ensure("password", "-I", "n-1").code()).isZero();
        assertThat(opened(seen.remove(), "n-1")).isEqualTo(SECRET);
    }

    @Test
    void aSecretOnTheCommandLineIsRefusedAndNotRepeated() {
        node("n-1");
        hub();
        var ran = ensure("password=" + SECRET, "-I", "n-1");
        nothingSent(ran);
        assertThat(ran.err())
                .contains("password is secret", "password=@FILE", "password=-", "history");
    }

    @Test
    void withoutATerminalNobodyIsAsked() {
        node("n-1");
        hub();
        var ran = ensure("password", "-I", "n-1");
        nothingSent(ran);
        assertThat(ran.err()).contains("nobody is at a terminal", "password=@FILE");
    }

    @Test
    void standardInputCannotBeBothTheNodesAndTheSecret() {
        node("n-1");
        hub();
        context.typed("n-1\n");
        nothingSent(ensure("password=-", "--nodes", "-"));
    }

    @Test
    void whatNodesSayOfThemselvesDoesNotChooseWhoGetsASecret() {
        node("n-1");
        hub();
        for (var filter :
                List.of(
                        List.of("-F", "role=db"),
                        List.of("-C", "db"),
                        List.of("-A", "user.ensure"),
                        List.of("-S", "role=db"),
                        List.of("-W", "role=db"))) {
            var ran = ensure("password=@secret", filter.getFirst(), filter.getLast());
            nothingSent(ran);
            assertThat(ran.err()).contains("what nodes say of themselves", "-I");
        }
        var byHostName = ensure("password=@secret", "-I", "host-n-1");
        nothingSent(byHostName);
        assertThat(byHostName.err()).contains("host-n-1 is n-1");
    }

    @Test
    void attestedAttributesChooseWhoGetsASecret() throws SealException {
        node("n-1");
        node("n-2");
        hub();
        attest("n-2", "role=db,site=ams");
        assertThat(ensure("password=@secret", "--attested", "role=db").code()).isZero();
        assertThat(seen.element().targets().orElseThrow()).containsExactly(new NodeId("n-2"));
        assertThat(opened(seen.remove(), "n-2")).isEqualTo(SECRET);
        assertThat(ensure("password=@secret", "--attested", "role=web").code())
                .isEqualTo(ExitCode.NOBODY.number());
        assertThat(context.run("ping", "--attested", "site=ams").out()).contains("n-2");
        nothingSentTo("n-1");
        assertThat(ensure("--attested", "role").err()).contains("--attested", "not NAME=VALUE");
    }

    private void nothingSentTo(String id) {
        assertThat(seen).noneMatch(request -> request.targets().isEmpty());
        assertThat(seen).noneMatch(request -> request.mayConcern(new NodeId(id)));
    }

    /** The authority says that of the node from now on. */
    private void attest(String id, String attributes) {
        var credentials = Objects.requireNonNull(nodes.get(id));
        var leaf =
                Leaf.of(credentials.identity(), credentials.key().publicKey())
                        .attested(Attributes.parse(attributes), 1)
                        .sealedTo(Optional.of(credentials.key().sealing().publicKey()));
        var certificate =
                new Issuance(new SecureRandom())
                        .leaf(
                                village.authority().nodesIssuer(),
                                leaf,
                                Instant.now(),
                                Duration.ofHours(1));
        var renewed = new Credentials(credentials.key(), certificate, village.authority().trust());
        shown.put(id, renewed);
    }

    @Test
    void everybodyMayBeMeantIfThatIsSaid() throws SealException {
        node("n-1");
        node("n-2");
        hub();
        assertThat(ensure("password=@secret", "--all-nodes", "--yes").code()).isZero();
        assertThat(opened(seen.element(), "n-2")).isEqualTo(SECRET);
    }

    /** A hub that would like to read along. */
    @Test
    void aCertificateThatIsNotTheNodesIsNotBelieved() {
        node("n-1");
        node("n-2");
        hub();
        var strangers = new TestFleet("test", Instant.now());
        for (var other :
                List.of(
                        nodes.get("n-2"),
                        strangers.node("n-1"),
                        village.authority().operator("n-1"),
                        village.authority().hub())) {
            shown.put("n-1", other);
            var ran = ensure("password=@secret", "-I", "n-1");
            nothingSent(ran);
            assertThat(ran.err()).contains("no certificate to be believed", "n-1");
        }
        shown.remove("n-1");
        nothingSent(ensure("password=@secret", "-I", "n-1"));
    }

    @Test
    void manyTargetsTakeSeveralRequests() throws SealException {
        for (int i = 0; i < 201; i++) {
            node("n-%03d".formatted(i));
        }
        hub();
        assertThat(ensure("password=@secret", "--all-nodes", "--yes").code()).isZero();
        assertThat(seen.stream().map(request -> request.targets().orElseThrow().size()).distinct())
                .containsExactlyInAnyOrder(100, 1);
        var last = new NodeId("n-200");
        var theirs = seen.stream().filter(request -> request.mayConcern(last)).findFirst();
        assertThat(opened(theirs.orElseThrow(), "n-200")).isEqualTo(SECRET);
    }

    @Test
    void aSecretResultIsOpenedForTheOperator() throws IOException {
        var sealer = new Sealer(new SecureRandom());
        var credentials =
                village.node(
                        "n-1",
                        (call, node) -> {
                            var to = village.operator();
                            var place =
                                    new Place(
                                            Kind.RESULT,
                                            call.request().id(),
                                            node.identity(),
                                            to.identity(),
                                            "token");
                            var plain = Json.write(Fields.EMPTY.with("value", "opened sesame"));
                            Bytes part =
                                    sealer.seal(
                                            to.sealing().orElseThrow().publicKey(), place, plain);
                            var sealed = Fields.EMPTY.with("sealed", part.base64());
                            var good = Fields.EMPTY.with("token", sealed);
                            // The same part under another name belongs nowhere.
                            var data = call.request().dryRun() ? good.with("other", sealed) : good;
                            call.reply(
                                    node,
                                    "host",
                                    0,
                                    new Answer.Final(new Outcome.Changed("made", data)));
                        });
        nodes.put("n-1", credentials);
        shown.put("n-1", credentials);
        hub();
        var ran = ensure("-I", "n-1", "--output", "jsonl");
        assertThat(ran.out()).contains("opened sesame");
        assertThat(ran.code()).isZero();
        assertThat(writtenDown()).contains("sealed").doesNotContain("opened sesame");
        assertThat(context.run("runs", "show", "last").out())
                .contains("sealed")
                .doesNotContain("opened sesame");
        var misplaced = ensure("-I", "n-1", "--output", "jsonl", "--dry-run");
        assertThat(misplaced.out()).contains("not-opened").doesNotContain("opened sesame");
        assertThat(misplaced.code()).isNotZero();
    }
}
