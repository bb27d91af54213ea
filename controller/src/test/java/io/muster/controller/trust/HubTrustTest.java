package io.muster.controller.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.Village;
import io.muster.message.Bytes;
import io.muster.message.IssuerName;
import io.muster.message.Outcome;
import io.muster.message.Reply.Answer;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.security.Documents;
import io.muster.security.PayloadType;
import io.muster.security.TestFleet;
import io.muster.security.TrustStore;
import io.muster.trust.PolicyBundle;
import io.muster.trust.RevocationList;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** What the operator's machine makes of the documents that the hub hands out. */
class HubTrustTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    @TempDir private Path directory;
    private final Village village = new Village();
    private final TestFleet old = village.authority();
    private final TestFleet next = old.successor();
    private final List<Bytes> handedOut = new ArrayList<>();
    private final List<Fields> asked = new ArrayList<>();
    private TrustStore trust;
    private KnownLists lists;
    private KnownSet set;

    @BeforeEach
    void start() throws IOException {
        Files.writeString(pem(), TestFleet.trusting(old).pem());
        open();
        village.hub(
                (call, hub) -> {
                    asked.add(call.request().arguments());
                    var sequence = 0;
                    for (var document : handedOut) {
                        var part =
                                Fields.EMPTY.with("document", document.base64()).with("last", true);
                        call.reply(hub, "hub", sequence++, new Answer.Part(part));
                    }
                    call.reply(hub, "hub", sequence, new Answer.Final(Outcome.ok("all")));
                });
    }

    @AfterEach
    void stop() {
        village.close();
    }

    private Path pem() {
        return directory.resolve("trust.pem");
    }

    /** As each command does. */
    private void open() {
        trust = TrustStore.load(pem());
        lists = new KnownLists(directory);
        set = new KnownSet(trust, lists);
    }

    private HubTrust.Told ask() throws InterruptedException {
        open();
        var documents = new Documents(trust, lists.revocations(), InstantSource.system());
        try (var caller = village.caller()) {
            return new HubTrust(caller, lists, set, documents).ask(LIMIT).orElseThrow();
        }
    }

    private Bytes list(TestFleet by, long number) {
        var list =
                new RevocationList(
                        by.name(),
                        IssuerName.OPERATORS,
                        number,
                        now,
                        now.plus(Duration.ofDays(7)),
                        List.of());
        return Documents.sign(by.operatorsIssuer(), PayloadType.REVOCATION, list.encode());
    }

    @Test
    void aNewerTrustSetIsKeptAndGoneByForWhatComesAfterIt() throws Exception {
        handedOut.add(old.signed(TestFleet.set(1, old, next)));
        handedOut.add(list(next, 1_000_000_004));
        assertThat(ask().forged()).isEmpty();
        assertThat(trust.anchors()).containsExactly(old.anchor(), next.anchor());
        assertThat(pem()).hasContent(TestFleet.trusting(TestFleet.set(1, old, next)).pem());
        assertThat(lists.revocations().numbers().operators()).isEqualTo(1_000_000_004);
        handedOut.clear();
        ask();
        assertThat(asked.getLast().member("set")).contains(Value.of(1L));
        assertThat(set.number()).isEqualTo(1);
        assertThat(trust.anchors()).hasSize(2);
    }

    @Test
    void aSetThatNoTrustedRootSignedIsAForgery() throws Exception {
        handedOut.add(next.signed(TestFleet.set(1, old, next)));
        assertThat(ask().forged()).singleElement().asString().contains("not signed by a root");
        assertThat(pem()).hasContent(TestFleet.trusting(old).pem());
    }

    @Test
    void anOlderSetIsNeverGoneBackTo() throws Exception {
        handedOut.add(old.signed(TestFleet.set(2, old, next)));
        ask();
        handedOut.clear();
        handedOut.add(old.signed(TestFleet.set(1, old)));
        ask();
        assertThat(trust.anchors()).hasSize(2);
        assertThat(pem()).hasContent(TestFleet.trusting(TestFleet.set(2, old, next)).pem());
    }

    @Test
    void whoseTrustWasWrittenAnewByTheAuthorityGoesByTheSetInIt() throws Exception {
        handedOut.add(old.signed(TestFleet.set(1, old, next)));
        ask();
        Files.writeString(pem(), TestFleet.trusting(TestFleet.set(2, next, old)).pem());
        ask();
        assertThat(set.number()).isEqualTo(2);
        assertThat(trust.anchors()).containsExactly(next.anchor(), old.anchor());
    }

    private Bytes policy(TestFleet by, long number) {
        var part = new PolicyBundle.Part(Map.of(), "{\"rules\":[]}");
        var bundle = new PolicyBundle(by.name(), number, now, List.of(part));
        return Documents.sign(by.operatorsIssuer(), PayloadType.POLICY, bundle.encode());
    }

    @Test
    void theNumberOfThePolicyIsKnownFromTheBundleItselfAndNeverGoesBack() throws Exception {
        handedOut.add(policy(old, 3));
        assertThat(ask().forged()).isEmpty();
        handedOut.clear();
        handedOut.add(policy(old, 2));
        ask();
        assertThat(asked.getLast().member("policy")).contains(Value.of(3L));
        open();
        assertThat(lists.revocations().numbers().policy()).isEqualTo(3);
        handedOut.clear();
        handedOut.add(policy(next, 1_000_000_001));
        assertThat(ask().forged()).isNotEmpty();
        assertThat(lists.revocations().numbers().policy()).isEqualTo(3);
    }

    @Test
    void aNumberOfThePolicyThatCannotBeReadIsToldOf() throws Exception {
        handedOut.add(policy(old, 3));
        ask();
        for (var damaged : List.of("", "-1", "x", "99999999999999999999")) {
            Files.writeString(directory.resolve("lists/policy.number"), damaged);
            open();
            assertThat(lists.problem()).as(damaged).isPresent();
            assertThat(lists.revocations().numbers().policy()).isZero();
        }
    }

    @Test
    void withTheOldAuthorityItsListsAreForgotten() throws Exception {
        handedOut.add(list(old, 999_999_999));
        ask();
        assertThat(lists.revocations().numbers().operators()).isEqualTo(999_999_999);
        handedOut.clear();
        handedOut.add(old.signed(TestFleet.set(2, next, old)));
        ask();
        handedOut.clear();
        handedOut.add(next.signed(TestFleet.set(3, next)));
        ask();
        assertThat(lists.revocations().numbers().operators()).isZero();
        handedOut.clear();
        handedOut.add(list(next, 1_000_000_001));
        ask();
        open();
        assertThat(lists.revocations().numbers().operators()).isEqualTo(1_000_000_001);
    }

    @Test
    void aHubThatNeverComesToAnEndIsNotWaitedForEither() throws Exception {
        try (var talkative = new Village();
                var caller = talkative.caller()) {
            var done = new AtomicBoolean();
            talkative.hub(
                    (call, hub) ->
                            Thread.startVirtualThread(
                                    () -> {
                                        for (int i = 0; !done.get(); i++) {
                                            var part = new Answer.Part(Fields.EMPTY);
                                            call.reply(hub, "hub", i, part);
                                        }
                                    }));
            open();
            var documents = new Documents(trust, lists.revocations(), InstantSource.system());
            var hub = new HubTrust(caller, lists, set, documents);
            assertThat(hub.ask(Duration.ofMillis(50))).isEmpty();
            done.set(true);
        }
    }
}
