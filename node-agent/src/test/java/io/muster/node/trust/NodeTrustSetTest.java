package io.muster.node.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Bytes;
import io.muster.message.IssuerName;
import io.muster.security.Certificates;
import io.muster.security.Documents;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;
import io.muster.security.TestFleet;
import io.muster.security.TrustStore;
import io.muster.security.Verification.Flaw;
import io.muster.trust.PolicyBundle;
import io.muster.trust.RevocationList;
import io.muster.trust.Series;

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
import java.util.function.Consumer;

/** A node, its trust.pem, and the trust sets, lists and policies that somebody hands it. */
class NodeTrustSetTest {
    private static final TestFleet OLD = TestFleet.create();
    private static final TestFleet NEW = OLD.successor();

    @TempDir private Path directory;
    private final List<String> said = new ArrayList<>();
    private Path pem;
    private TrustStore trust;
    private TrustState state;
    private TrustDesk desk;

    private final class Notes implements Scribe {
        @Override
        public void told(String event) {
            said.add("told: " + event);
        }

        @Override
        public void alarm(String event) {
            said.add("alarm: " + event);
        }

        @Override
        public void alarm(String kind, String event) {
            alarm(event);
        }

        @Override
        public void dropped(Flaw flaw, String problem) {
            said.add("dropped: " + flaw);
        }

        @Override
        public void denied(String problem) {
            said.add("denied: " + problem);
        }
    }

    @BeforeEach
    void start() throws IOException {
        Files.createDirectory(directory.resolve("own"));
        pem = directory.resolve("own/trust.pem");
        Files.writeString(pem, TestFleet.trusting(OLD).pem());
        open();
    }

    /** As at each start of a node agent. */
    private void open() {
        trust = TrustStore.load(pem);
        state = TrustState.open(directory, trust, InstantSource.system(), new Notes());
        desk = passing(_ -> {});
    }

    /** Whoever is told of it must not miss it because the power failed just then. */
    @Test
    void whatWasCutOffBeforeItWasPassedOnIsNewsAgain() {
        var set = Envelope.decode(OLD.signed(TestFleet.set(1, OLD, NEW)));
        assertThatThrownBy(() -> passing(_ -> cutOff()).receive(set)).hasMessage("power cut");
        open();
        assertTrusts(OLD);
        var passed = new ArrayList<Envelope>();
        passing(passed::add).receive(set);
        assertThat(passed).containsExactly(set);
        assertTrusts(OLD, NEW);
    }

    private static void cutOff() {
        throw new IllegalStateException("power cut");
    }

    private TrustDesk passing(Consumer<Envelope> pass) {
        return new TrustDesk(state, TrustRules.DEFAULT, (_, _) -> true, _ -> true, () -> {}, pass);
    }

    private void receive(Bytes document) {
        desk.receive(Envelope.decode(document));
    }

    private void assertTrusts(TestFleet... authorities) {
        assertThat(trust.anchors()).isEqualTo(TestFleet.trusting(authorities).anchors());
        assertThat(pem).hasContent(trust.pem());
    }

    @Test
    void aNewerSetIsOnTheDiskAndInForceAtOnce() {
        receive(OLD.signed(TestFleet.set(1, OLD, NEW)));
        assertTrusts(OLD, NEW);
        assertThat(state.standing().set()).isEqualTo(1);
        open();
        assertTrusts(OLD, NEW);
        assertThat(state.standing().set()).isEqualTo(1);
        receive(OLD.signed(TestFleet.set(2, NEW, OLD)));
        receive(NEW.signed(TestFleet.set(3, NEW)));
        assertTrusts(NEW);
        open();
        assertTrusts(NEW);
        assertThat(state.standing().set()).isEqualTo(3);
    }

    @Test
    void anOlderSetIsNeverGoneBackTo() {
        var first = OLD.signed(TestFleet.set(1, OLD));
        receive(OLD.signed(TestFleet.set(2, OLD, NEW)));
        receive(first);
        assertTrusts(OLD, NEW);
        assertThat(said.getLast()).startsWith("denied: the trust set 1");
        open();
        receive(first);
        assertTrusts(OLD, NEW);
    }

    @Test
    void theSameNumberTwiceWithAnotherContentIsAnAlarm() {
        receive(OLD.signed(TestFleet.set(1, OLD, NEW)));
        receive(OLD.signed(TestFleet.set(1, OLD, NEW)));
        assertThat(said).hasSize(1);
        receive(OLD.signed(TestFleet.set(1, OLD, OLD.successor())));
        assertThat(said.getLast()).startsWith("alarm: the trust set 1");
        assertTrusts(OLD, NEW);
    }

    @Test
    void whatNoTrustedRootSignedChangesNothing() {
        receive(NEW.signed(TestFleet.set(1, OLD, NEW)));
        receive(
                Documents.sign(
                        OLD.operatorsIssuer(),
                        PayloadType.TRUST,
                        TestFleet.set(1, OLD, NEW).encode()));
        assertTrusts(OLD);
        assertThat(said).containsExactly("dropped: WRONG_ROLE", "dropped: WRONG_ROLE");
        assertThat(state.standing().set()).isZero();
    }

    @Test
    void whoJoinedAnewGoesByWhatItWasGivenThen() throws IOException {
        receive(OLD.signed(TestFleet.set(1, OLD, NEW)));
        Files.writeString(pem, TestFleet.trusting(NEW).pem());
        open();
        assertTrusts(NEW);
        assertThat(state.standing().set()).isZero();
        // The set that brought its authority in is older than what it was given.
        receive(NEW.signed(TestFleet.set(1, OLD, NEW)));
        assertTrusts(NEW);
    }

    private static Bytes list(TestFleet by, long number) {
        var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        var list =
                new RevocationList(
                        by.name(),
                        IssuerName.OPERATORS,
                        number,
                        now,
                        now.plus(Duration.ofDays(1)),
                        List.of());
        return Documents.sign(by.operatorsIssuer(), PayloadType.REVOCATION, list.encode());
    }

    private static Bytes policy(TestFleet by, long number) {
        var part = new PolicyBundle.Part(Map.of(), "{\"rules\":[]}");
        var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return Documents.sign(
                by.operatorsIssuer(),
                PayloadType.POLICY,
                new PolicyBundle(by.name(), number, now, List.of(part)).encode());
    }

    private long listNumber() {
        return state.standing().lists().operators();
    }

    /** Whoever stole the old issuer of operators signs the highest numbers it has. */
    private void thiefUsesUpTheNumbers() {
        receive(list(OLD, Series.SIZE - 1));
        receive(policy(OLD, Series.SIZE - 1));
        assertThat(listNumber()).isEqualTo(Series.SIZE - 1);
        assertThat(state.standing().policy()).isEqualTo(Series.SIZE - 1);
    }

    @Test
    void whatTheThiefOfAnIssuerSignedGivesWayToItsSuccessor() {
        thiefUsesUpTheNumbers();
        receive(OLD.signed(TestFleet.set(1, OLD, NEW)));
        receive(OLD.signed(TestFleet.set(2, NEW, OLD)));
        receive(list(NEW, Series.SIZE + 1));
        receive(policy(NEW, Series.SIZE + 1));
        assertThat(listNumber()).isEqualTo(Series.SIZE + 1);
        assertThat(state.standing().policy()).isEqualTo(Series.SIZE + 1);
        receive(list(OLD, Long.MAX_VALUE));
        assertThat(said.getLast()).isEqualTo("dropped: BAD_SIGNATURE");
        open();
        assertThat(listNumber()).isEqualTo(Series.SIZE + 1);
    }

    @Test
    void aServerThatIsRevokedIsNotConnectedToRestartsIncluded() {
        var hub = OLD.hub();
        var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        var entry =
                new RevocationList.Revoked(
                        hub.identity(),
                        Certificates.serial(hub.certificate()),
                        now.plus(Duration.ofDays(90)),
                        "stolen");
        var list =
                new RevocationList(
                        OLD.name(),
                        IssuerName.NODES,
                        1,
                        now,
                        now.plus(Duration.ofDays(1)),
                        List.of(entry));
        assertThat(trust.revoked(hub.certificate())).isEmpty();
        receive(Documents.sign(OLD.nodesIssuer(), PayloadType.REVOCATION, list.encode()));
        assertThat(trust.revoked(hub.certificate())).contains(entry);
        open();
        assertThat(trust.revoked(hub.certificate())).contains(entry);
    }

    @Test
    void anOlderPolicyIsNeverGoneBackToRestartsIncluded() {
        receive(policy(OLD, 4));
        for (int starts = 0; starts < 2; starts++) {
            receive(policy(OLD, 3));
            assertThat(said.getLast()).startsWith("denied: the policy bundle 3 is older");
            assertThat(state.standing().policy()).isEqualTo(4);
            open();
        }
        receive(policy(OLD, 4));
        assertThat(said.getLast()).startsWith("alarm: the policy bundle 4 came twice");
    }

    @Test
    void whatOnlyADroppedAuthoritySignedIsForgotten() {
        thiefUsesUpTheNumbers();
        receive(OLD.signed(TestFleet.set(1, OLD, NEW)));
        receive(OLD.signed(TestFleet.set(2, NEW, OLD)));
        receive(NEW.signed(TestFleet.set(3, NEW)));
        for (int starts = 0; starts < 2; starts++) {
            assertThat(listNumber()).isZero();
            assertThat(state.standing().policy()).isZero();
            assertThat(state.policy()).isEmpty();
            assertThat(directory.resolve("trust/operators.json")).doesNotExist();
            assertThat(directory.resolve("trust/policy.json")).doesNotExist();
            open();
        }
    }

    @Test
    void whatADroppedAuthoritySignedIsNotReadFromTheDiskEither() throws IOException {
        thiefUsesUpTheNumbers();
        Files.writeString(pem, TestFleet.trusting(TestFleet.set(3, NEW)).pem());
        open();
        assertThat(listNumber()).isZero();
        assertThat(state.policy()).isEmpty();
    }

    @Test
    void whereTheFileIsTheHelpersItIsConfirmedOnceTheHelperWroteIt() throws IOException {
        // Nobody can write into a directory that is not there, root included.
        var away = directory.resolve("away");
        Files.move(directory.resolve("own"), away);
        receive(OLD.signed(TestFleet.set(1, OLD, NEW)));
        assertThat(trust.anchors()).hasSize(2);
        assertThat(state.standing().set()).isZero();
        Files.move(away, directory.resolve("own"));
        assertThat(state.standing().set()).isZero();
        Files.writeString(pem, TestFleet.trusting(TestFleet.set(1, OLD, NEW)).pem());
        assertThat(state.standing().set()).isEqualTo(1);
        assertThat(said).noneMatch(line -> line.startsWith("alarm"));
    }
}
