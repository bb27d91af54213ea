package io.muster.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.config.ConfigException;
import io.muster.documents.LockOperators;
import io.muster.message.Bytes;
import io.muster.message.IssuerName;
import io.muster.security.Credentials;
import io.muster.security.TestFleet;
import io.muster.security.TrustStore;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a broker without a hub believes of the files beside it. */
class DocumentDirectoryTest {
    private final TestFleet fleet = TestFleet.create();
    private final Credentials alice = fleet.operator("alice");
    private final Credentials bob = fleet.operator("bob");
    private final TrustStore trust = TestFleet.trusting(fleet);
    @TempDir private Path temporary;
    private ExternalPlace place;
    private Instant now = Instant.now();

    @BeforeEach
    void prepare() throws IOException {
        place = ExternalPlace.of(temporary, fleet);
    }

    private DocumentDirectory open(String... lockOperators) {
        return new DocumentDirectory(
                place.documents(), trust, new LockOperators(List.of(lockOperators)), () -> now);
    }

    private static boolean lets(DocumentDirectory documents, Credentials who) {
        return documents
                .identify(new X509Certificate[] {who.certificate()})
                .equals(Optional.of(who.identity()));
    }

    private void doesNotOpen(String reason) {
        assertThatThrownBy(this::open)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void withoutDocumentsThereIsNoBroker() throws IOException {
        Files.delete(place.documents().resolve("nodes.json"));
        doesNotOpen("no revocation list of the nodes issuer");
        Files.delete(place.documents());
        doesNotOpen("documents is not there");
    }

    @Test
    void nobodyStartsWithWhatCannotBeUsed() throws IOException {
        var file = place.put("any.lock", Bytes.utf8("no lock"));
        doesNotOpen("any.lock is damaged");
        Files.delete(file);

        var forged = new TestFleet("test", now).list(IssuerName.OPERATORS, 1, bob);
        var list = place.put("operators.json", forged);
        doesNotOpen("operators.json does not count here");
        place.put("operators.json", fleet.list(IssuerName.OPERATORS, 1, bob));
        Files.setPosixFilePermissions(list, PosixFilePermissions.fromString("rw-rw-rw-"));
        doesNotOpen("operators.json is writable by others");
        Files.setPosixFilePermissions(list, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(lets(open(), bob)).isFalse();
    }

    @Test
    void aForgedDocumentChangesNothingAndIsTold() throws IOException {
        place.put("operators.json", fleet.list(IssuerName.OPERATORS, 2, bob));
        var documents = open();
        place.put(
                "operators.json", new TestFleet("test", now).list(IssuerName.OPERATORS, 3, alice));
        assertThat(documents.refresh()).isFalse();
        assertThat(lets(documents, alice)).isTrue();
        assertThat(lets(documents, bob)).isFalse();
        assertThat(documents.problems())
                .hasSize(1)
                .allMatch(s -> s.contains("operators.json does not count"));
    }

    @Test
    void whatIsPutRightCountsAtOnce() throws IOException {
        var documents = open();
        var file = place.put("operators.json", fleet.list(IssuerName.OPERATORS, 1, bob));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        documents.refresh();
        assertThat(lets(documents, bob)).isTrue();

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(documents.refresh()).isTrue();
        assertThat(lets(documents, bob)).isFalse();
    }

    @Test
    void whatIsHeldBackIsTold() {
        var documents = open();
        now = now.plus(Duration.ofDays(2));
        documents.refresh();
        assertThat(documents.problems())
                .hasSize(1)
                .allMatch(s -> s.contains("list 1 of the nodes issuer is stale since"));
    }

    @Test
    void aDirectoryThatGoesAwayIsToldAndNothingIsForgotten() throws IOException {
        place.put("operators.json", fleet.list(IssuerName.OPERATORS, 1, bob));
        var documents = open();
        Files.move(place.documents(), temporary.resolve("elsewhere"));
        documents.refresh();
        assertThat(lets(documents, bob)).isFalse();
        assertThat(documents.problems())
                .hasSize(1)
                .allMatch(s -> s.contains("documents is not there"));
    }

    @Test
    void onlyLocksOfTheLockOperatorsCount() throws IOException {
        var carol = fleet.operator("carol");
        place.lock(bob, "operator/carol");
        assertThat(lets(open("operator/alice"), carol)).isTrue();
        assertThat(lets(open(), carol)).isFalse();
    }

    @Test
    void aLockHoldsAlthoughItsMakerWasLockedLater() throws IOException {
        var carol = fleet.operator("carol");
        for (int i = 0; i < 8; i++) {
            place.lock(bob, "node/n-" + i, now.minusSeconds(20));
        }
        place.lock(alice, "operator/bob", now.minusSeconds(10));
        place.lock(bob, "operator/carol", now.minusSeconds(5));

        var documents = open();
        for (int i = 0; i < 8; i++) {
            assertThat(lets(documents, fleet.node("n-" + i))).isFalse();
        }
        assertThat(lets(documents, bob)).isFalse();
        assertThat(lets(documents, carol)).isTrue();
    }

    @Test
    void theAuthorityIsChangedWithoutAStart() throws IOException {
        var next = fleet.successor();
        var later = next.node("web01");
        var documents = open();
        assertThat(lets(documents, later)).isFalse();

        // its first list comes before anybody says who that is
        place.put("nodes.json", next.list(IssuerName.NODES, 2, later));
        documents.refresh();
        place.put("trust.json", fleet.signed(TestFleet.set(1, fleet, next)));
        documents.refresh();
        documents.refresh();
        assertThat(lets(documents, next.node("web02"))).isTrue();
        assertThat(lets(documents, later)).isFalse();
        assertThat(lets(documents, alice)).isTrue();

        place.put("trust.json", next.signed(TestFleet.set(3, next)));
        assertThat(documents.refresh()).isTrue();
        assertThat(lets(documents, alice)).isFalse();
    }

    @Test
    void whoMissedTheLastStepIsTold() throws IOException {
        var next = fleet.successor();
        place.put("trust.json", next.signed(TestFleet.set(3, next)));
        doesNotOpen("trust.json does not count here");
    }
}
