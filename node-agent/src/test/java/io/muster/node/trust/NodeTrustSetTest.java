package io.muster.node.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Bytes;
import io.muster.security.Envelope;
import io.muster.security.TestFleet;
import io.muster.security.TrustStore;
import io.muster.security.Verification.Flaw;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** A node, its trust.pem, and the trust sets that somebody hands it. */
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
        desk = new TrustDesk(state, TrustRules.DEFAULT, (_, _) -> true, () -> {}, _ -> {});
    }

    private void receive(Bytes document) {
        desk.receive(Envelope.decode(document));
    }

    private void assertTrusts(TestFleet... authorities) {
        var expected = TestFleet.trusting(authorities);
        assertThat(trust.anchors()).isEqualTo(expected.anchors());
        assertThat(pem).hasContent(expected.pem());
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
                io.muster.security.Documents.sign(
                        OLD.operatorsIssuer(),
                        io.muster.security.PayloadType.TRUST,
                        TestFleet.set(1, OLD, NEW).encode()));
        assertTrusts(OLD);
        assertThat(said).containsExactly("dropped: WRONG_ROLE", "dropped: WRONG_ROLE");
        assertThat(state.standing().set()).isZero();
    }

    @Test
    void afterADeathBetweenTheTwoFilesTheSetIsTakenAgain() throws IOException {
        Files.writeString(pem, TestFleet.trusting(OLD, NEW).pem());
        open();
        assertThat(state.standing().set()).isZero();
        receive(OLD.signed(TestFleet.set(1, OLD, NEW)));
        assertTrusts(OLD, NEW);
        assertThat(state.standing().set()).isEqualTo(1);
    }

    @Test
    void whoJoinedAnewIsToldAgainWhomToTrust() throws IOException {
        receive(OLD.signed(TestFleet.set(1, OLD, NEW)));
        Files.writeString(pem, TestFleet.trusting(NEW).pem());
        open();
        assertTrusts(NEW);
        assertThat(state.standing().set()).isZero();
    }

    @Test
    void aDamagedSetLetsNothingBeChangedUntilItComesAgain() throws IOException {
        receive(OLD.signed(TestFleet.set(1, OLD, NEW)));
        Files.writeString(directory.resolve("trust/set.json"), "{");
        open();
        assertThat(state.damage()).isPresent();
        assertTrusts(OLD, NEW);
        receive(OLD.signed(TestFleet.set(1, OLD, NEW)));
        assertThat(state.damage()).isEmpty();
        assertThat(state.standing().set()).isEqualTo(1);
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
        Files.writeString(pem, TestFleet.trusting(OLD, NEW).pem());
        assertThat(state.standing().set()).isEqualTo(1);
        assertThat(said).noneMatch(line -> line.startsWith("alarm"));
    }
}
