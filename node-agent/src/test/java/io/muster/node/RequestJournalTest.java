package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.action.ActionClass;
import io.muster.filter.Filter;
import io.muster.journal.Disk;
import io.muster.journal.FaultyDisk;
import io.muster.journal.JournalException;
import io.muster.message.ActionName;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reply;
import io.muster.message.ReplyAddress;
import io.muster.message.Request;
import io.muster.message.RequestId;
import io.muster.message.Role;
import io.muster.message.Value.Fields;
import io.muster.node.Endings.Ended;
import io.muster.node.RequestJournal.Begun;
import io.muster.node.RequestJournal.Novelty;
import io.muster.node.Withdrawals.Withdrawn;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class RequestJournalTest {
    private static final Identity ALICE = new Identity("test", Role.OPERATOR, "alice");
    private static final Identity MALLORY = new Identity("test", Role.OPERATOR, "mallory");
    private static final Duration SKEW = Duration.ofSeconds(30);

    @TempDir private Path directory;
    private Instant now = Instant.parse("2026-11-20T12:00:00Z");
    private RequestJournal journal;
    private int requests;

    @BeforeEach
    void open() {
        journal = RequestJournal.open(file(), () -> now, SKEW, Duration.ofDays(1), Disk.REAL);
    }

    @AfterEach
    void close() {
        journal.close();
    }

    private Path file() {
        return directory.resolve("requests.journal");
    }

    private void restart() {
        journal.close();
        open();
    }

    private static Question question(Request request, String digest) {
        var certificate = Bytes.utf8("a certificate");
        var keyid = certificate.sha256().hex().substring(0, 32);
        var envelope =
                new Envelope(
                        PayloadType.REQUEST,
                        request.encode(),
                        List.of(new Envelope.Signature(keyid, Bytes.utf8("a signature"))),
                        List.of(certificate));
        return new Question(request, digest, envelope.encode(), envelope);
    }

    private Question look(Identity caller) {
        return look(caller, now);
    }

    private Question look(Identity caller, Instant issued) {
        requests++;
        return look(caller, issued, requests);
    }

    private Question look(Identity caller, Instant issued, int id) {
        return question(caller, issued, id, ActionClass.READ);
    }

    private Question question(Identity caller, Instant issued, int id, ActionClass actionClass) {
        var request =
                new Request(
                        new RequestId("%032x".formatted(id)),
                        "test",
                        Collective.MAIN,
                        caller,
                        new ActionName("test.look"),
                        Fields.EMPTY,
                        Filter.EVERYTHING,
                        Optional.empty(),
                        ReplyAddress.of(caller, "1"),
                        issued,
                        issued.plusSeconds(60),
                        actionClass,
                        false,
                        Map.of(),
                        List.of());
        return question(request, "%064x".formatted(requests));
    }

    @Test
    void itsFileStaysSmallThoughNothingIsEverChanged() throws IOException {
        for (int i = 0; i < 60_000; i++) {
            now = now.plusMillis(200);
            assertThat(journal.see(look(ALICE), false)).isEqualTo(Novelty.NEW);
        }
        assertThat(Files.size(file())).isLessThan(6_000_000);
    }

    @Test
    void oneCallerCannotUseUpTheMemoryForTheOthers() {
        var seen = 0;
        while (journal.see(look(MALLORY), false) == Novelty.NEW) {
            seen++;
        }
        assertThat(seen).isEqualTo(SeenRequests.MOST_OF_A_CALLER);
        assertThat(journal.see(look(ALICE), false)).isEqualTo(Novelty.NEW);
        assertThat(journal.see(look(MALLORY), false)).isEqualTo(Novelty.FULL);

        restart();
        assertThat(journal.see(look(MALLORY), false)).isEqualTo(Novelty.FULL);
        assertThat(journal.see(look(ALICE), false)).isEqualTo(Novelty.NEW);

        now = now.plusSeconds(91);
        assertThat(journal.see(look(MALLORY), false)).isEqualTo(Novelty.NEW);
    }

    @Test
    void whatIsFromTheFarFutureIsRememberedForADayAndNotForEver() {
        var far = look(MALLORY, now.plus(Duration.ofDays(400)));
        assertThat(journal.see(far, false)).isEqualTo(Novelty.NEW);
        now = now.plus(Duration.ofHours(23));
        restart();
        assertThat(journal.see(far, false)).isEqualTo(Novelty.AGAIN);
        now = now.plus(Duration.ofHours(2));
        restart();
        assertThat(journal.see(far, false)).isEqualTo(Novelty.NEW);
    }

    @Test
    void whatIsForgottenAndOutOfDateIsNotNew() {
        var old = look(ALICE);
        var never = look(ALICE, now.plusSeconds(1));
        assertThat(journal.see(old, false)).isEqualTo(Novelty.NEW);
        now = now.plus(Duration.ofHours(1));
        restart();
        restart();
        assertThat(journal.see(old, false)).isEqualTo(Novelty.AGAIN);
        assertThat(journal.see(never, false)).isEqualTo(Novelty.NEW);
    }

    @Test
    void whatIsOutOfDateTakesNoMemoryThoughNothingElseHappens() {
        var old = look(ALICE);
        assertThat(journal.see(old, false)).isEqualTo(Novelty.NEW);
        now = now.plusSeconds(89);
        var young = look(ALICE);
        assertThat(journal.see(young, false)).isEqualTo(Novelty.NEW);
        journal.catchUp();
        assertThat(journal.digest(old.key())).contains(old.digest());
        now = now.plusSeconds(2);
        journal.catchUp();
        assertThat(journal.digest(old.key())).isEmpty();
        assertThat(journal.digest(young.key())).contains(young.digest());
        assertThat(journal.see(old, false)).isEqualTo(Novelty.AGAIN);
    }

    @Test
    void whatIsForgottenByAClockThatIsAheadCastsNoDoubtOnChangesAfterwards() {
        assertThat(journal.see(look(ALICE), false)).isEqualTo(Novelty.NEW);
        var right = now;
        now = now.plus(Duration.ofDays(1));
        journal.catchUp();
        now = right;
        requests++;
        var change = question(ALICE, now.minusSeconds(1), requests, ActionClass.CHANGE);
        assertThat(journal.see(change, false)).isEqualTo(Novelty.NEW);
        now = now.plus(Duration.ofDays(1));
        journal.catchUp();
        now = right;
        assertThat(journal.see(change, false)).isEqualTo(Novelty.AGAIN);
    }

    @Test
    void whatCouldNotBeWrittenIsWrittenOnceThereIsRoomThoughNothingElseHappens() {
        journal.close();
        var disk = new FaultyDisk();
        journal = RequestJournal.open(file(), () -> now, SKEW, Duration.ofDays(1), disk);
        var question = look(ALICE);
        var begun = question.begun(now);
        journal.begin(begun);
        disk.room(0);
        var reply = ended(begun);
        assertThatThrownBy(() -> journal.finish(begun, reply)).isInstanceOf(JournalException.class);
        journal.catchUp();
        disk.room(1_000_000);
        journal.catchUp();
        restart();
        assertThat(journal.leftOver()).isEmpty();
        assertThat(journal.ended(begun.key())).map(Ended::said).contains(reply);
    }

    private Reply ended(Begun begun) {
        return new Reply(
                begun.id(),
                begun.digest(),
                Identity.node("test", new NodeId("n1")),
                "n1",
                0,
                new Reply.Answer.Final(Outcome.ok("done")),
                now,
                now,
                "boot-1");
    }

    @Test
    void whatAnotherSendsUnderAnIdHasNoBearingOnIt() {
        var own = look(ALICE, now, 77);
        requests++;
        var others = look(MALLORY, now, 77);
        assertThat(journal.see(others, false)).isEqualTo(Novelty.NEW);
        journal.begin(others.begun(now));
        journal.withdraw(new Withdrawn(others.key(), MALLORY, now.plusSeconds(60)));
        restart();
        assertThat(journal.withdrawal(own.key())).isEmpty();
        assertThat(journal.see(own, false)).isEqualTo(Novelty.NEW);
        journal.begin(own.begun(now));
        journal.finish(own.begun(now), ended(own.begun(now)));
        restart();
        assertThat(journal.leftOver()).containsExactly(others.begun(now));
        assertThat(journal.see(own, false)).isEqualTo(Novelty.AGAIN);
        assertThat(journal.ended(own.key())).isPresent();
        assertThat(journal.ended(others.key())).isEmpty();
    }

    @Test
    void whatIsCancelledTwiceStaysSoForAsLongAsEitherWanted() {
        var key = look(ALICE).key();
        journal.withdraw(new Withdrawn(key, ALICE, now.plusSeconds(10)));
        journal.withdraw(new Withdrawn(key, MALLORY, now.plusSeconds(60)));
        journal.withdraw(new Withdrawn(key, MALLORY, now.plusSeconds(20)));
        restart();
        var kept = new Withdrawn(key, ALICE, now.plusSeconds(60));
        assertThat(journal.withdrawal(key)).contains(kept);
    }

    @Test
    void oneIdWithAnotherContentIsAltered() {
        var first = look(ALICE);
        journal.see(first, false);
        restart();
        assertThat(journal.see(question(first.request(), "0".repeat(64)), false))
                .isEqualTo(Novelty.ALTERED);
    }
}
