package io.muster.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.action.ActionClass;
import io.muster.message.ActionName;
import io.muster.message.Identity;
import io.muster.message.RequestId;
import io.muster.message.Role;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

class LockBookTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Identity ALICE = new Identity("test", Role.OPERATOR, "alice");
    private static final Identity BOB = new Identity("test", Role.OPERATOR, "bob");
    private static final String KEY = "709e80c88487a2411e1ee4dfb9f22a86";
    private static final String OTHER_KEY = "809e80c88487a2411e1ee4dfb9f22a86";
    private static final ActionName REBOOT = new ActionName("node.reboot");
    private static final ActionName PING = new ActionName("node.ping");

    private static RequestId id(int number) {
        return new RequestId("%032x".formatted(number));
    }

    private static Lock lock(int number, String target) {
        return new Lock(
                id(number), "test", ALICE, LockTarget.parse(target), "", NOON, Optional.empty());
    }

    private static Release release(int number, Instant at) {
        return new Release(id(number), "test", Optional.of(ALICE), "", at);
    }

    private static LockBook with(String target) {
        return LockBook.EMPTY.with(lock(1, target), NOON);
    }

    private static boolean refuses(LockBook book, Identity who, ActionName what, ActionClass how) {
        return book.against(who, KEY, what, how, NOON).isPresent();
    }

    @Test
    void aLockedPersonIsRefusedEverythingAndNobodyElseIs() {
        var book = with("operator/bob");
        assertThat(refuses(book, BOB, PING, ActionClass.READ)).isTrue();
        assertThat(refuses(book, ALICE, REBOOT, ActionClass.DESTRUCTIVE)).isFalse();
        assertThat(book.against(BOB, KEY, NOON)).isPresent();
        assertThat(book.against(ALICE, KEY, NOON)).isEmpty();
    }

    @Test
    void aLockedKeyLeavesTheOtherKeysOfItsHolder() {
        var book = with("key:" + KEY);
        assertThat(book.against(BOB, KEY, NOON)).isPresent();
        assertThat(book.against(BOB, OTHER_KEY, NOON)).isEmpty();
    }

    @Test
    void actionsAndClassesAreLockedForEverybodyAndLookingGoesOn() {
        assertThat(refuses(with("action:node.reboot"), ALICE, REBOOT, ActionClass.DESTRUCTIVE))
                .isTrue();
        assertThat(refuses(with("action:node.reboot"), ALICE, PING, ActionClass.READ)).isFalse();
        assertThat(refuses(with("action:node.*"), ALICE, PING, ActionClass.READ)).isTrue();
        assertThat(refuses(with("class:destructive"), ALICE, REBOOT, ActionClass.DESTRUCTIVE))
                .isTrue();
        assertThat(refuses(with("class:destructive"), ALICE, REBOOT, ActionClass.CHANGE)).isFalse();
        assertThat(refuses(with("all"), ALICE, REBOOT, ActionClass.CHANGE)).isTrue();
        assertThat(refuses(with("all"), ALICE, PING, ActionClass.READ)).isFalse();
        assertThat(with("all").against(ALICE, KEY, NOON)).isEmpty();
    }

    @Test
    void aReleasedLockDoesNotComeBackWhicheverComesFirst() {
        var released = with("all").without(release(1, NOON.plusSeconds(60)));
        assertThat(released.inForce(NOON)).isEmpty();
        assertThat(released.wants(lock(1, "all"), NOON)).isFalse();
        assertThat(released.wants(release(1, NOON.plusSeconds(60)))).isFalse();
        var early = LockBook.EMPTY.without(release(1, NOON.plusSeconds(60)));
        assertThat(early.wants(lock(1, "all"), NOON)).isFalse();
        assertThat(early.wants(lock(2, "all"), NOON)).isTrue();
    }

    @Test
    void aReleaseEndsItsOwnLockOnly() {
        var two = with("all").with(lock(2, "operator/bob"), NOON);
        var left = two.without(release(1, NOON.plusSeconds(60)));
        assertThat(left.inForce(NOON)).containsExactly(lock(2, "operator/bob"));
    }

    @Test
    void aLockThatComesAfterItsReleaseWasForgottenIsNotTaken() {
        var book = LockBook.EMPTY;
        for (int i = 1; i <= LockBook.MOST + 1; i++) {
            book = book.without(release(i, NOON.plusSeconds(i)));
        }
        assertThat(book.released()).hasSize(LockBook.MOST);
        assertThat(book.wants(lock(1, "all"), NOON)).isFalse();
        assertThat(book.wants(release(1, NOON.plusSeconds(1)))).isFalse();
        assertThat(book.with(lock(1, "all"), NOON).wants(release(1, NOON.plusSeconds(1)))).isTrue();
        var later = NOON.plus(Duration.ofDays(1));
        var fresh =
                new Lock(
                        id(5_000),
                        "test",
                        ALICE,
                        new LockTarget.Everything(),
                        "",
                        later,
                        Optional.empty());
        assertThat(book.wants(fresh, later)).isTrue();
    }

    @Test
    void aLockWithATimeEndsByItself() {
        var end = NOON.plusSeconds(60);
        var lock =
                new Lock(
                        id(1),
                        "test",
                        ALICE,
                        new LockTarget.Everything(),
                        "",
                        NOON,
                        Optional.of(end));
        var book = LockBook.EMPTY.with(lock, NOON);
        assertThat(book.inForce(NOON)).hasSize(1);
        assertThat(book.inForce(end)).isEmpty();
        assertThat(book.digest(end)).isEmpty();
        assertThat(LockBook.EMPTY.wants(lock, end)).isFalse();
    }

    @Test
    void theDigestTellsWhetherTwoGoByTheSameLocks() {
        var one = with("all").with(lock(2, "operator/bob"), NOON);
        var other = LockBook.EMPTY.with(lock(2, "operator/bob"), NOON).with(lock(1, "all"), NOON);
        assertThat(one.digest(NOON)).hasSize(16).isEqualTo(other.digest(NOON));
        assertThat(one.digest(NOON)).isNotEqualTo(with("all").digest(NOON));
    }

    @Test
    void itIsReadAsItWasWritten() {
        var book = with("all").with(lock(2, "operator/bob"), NOON).without(release(1, NOON));
        assertThat(LockBook.of(book.toValue())).isEqualTo(book);
    }

    @Test
    void thereIsAnEndToLocks() {
        var book = LockBook.EMPTY;
        for (int i = 0; i < LockBook.MOST; i++) {
            book = book.with(lock(i, "all"), NOON);
        }
        var full = book;
        assertThatThrownBy(() -> full.with(lock(5_000, "all"), NOON))
                .hasMessageContaining("no more can be");
    }
}
