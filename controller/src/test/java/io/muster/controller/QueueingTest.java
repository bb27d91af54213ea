package io.muster.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.action.ActionClass;
import io.muster.controller.Village.Call;
import io.muster.controller.ask.Asked;
import io.muster.controller.ask.Caller;
import io.muster.controller.ask.Hub;
import io.muster.controller.ask.Question;
import io.muster.controller.discovery.Presence;
import io.muster.controller.discovery.Target;
import io.muster.controller.queue.QueueDesk;
import io.muster.controller.rollout.Rollout;
import io.muster.filter.Filter;
import io.muster.message.ActionName;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply.Answer;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.security.Credentials;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a hub does not answer is not told as what it refused, nor the other way round. */
class QueueingTest {
    private static final ActionName ACTION = new ActionName("user.ensure");

    private final Village village = new Village();
    private final List<String> brought = new ArrayList<>();
    private final Set<String> kept = new HashSet<>();
    private Optional<String> problem = Optional.empty();
    private boolean deaf;

    @AfterEach
    void close() {
        village.close();
    }

    /** Keeps what it is brought. */
    private void answer(Call call, Credentials hub) {
        if (deaf) {
            return;
        }
        if (call.request().action().value().equals("hub.withdraw")) {
            var no = new Outcome.Refused(Reason.BUSY, "ask again");
            call.reply(hub, "hub", 0, new Answer.Final(no));
            return;
        }
        if (call.request().arguments().member("requests").orElseThrow() instanceof Items(var all)) {
            all.forEach(envelope -> kept.add(envelope.toString()));
            brought.add(call.request().action().value());
        }
        call.reply(hub, "hub", 0, new Answer.Final(Outcome.ok("done")));
    }

    private static Asked asked(Caller caller, Target target) {
        return caller.signQueued(
                new Question(
                        ACTION,
                        ActionClass.CHANGE,
                        Fields.EMPTY,
                        Filter.EVERYTHING,
                        Optional.of(List.of(target.id())),
                        Map.of(),
                        false,
                        Duration.ofHours(1)));
    }

    private List<Entry> left(int many) throws InterruptedException {
        var entries = left(many, Logbook.NONE);
        assertThat(problem).isEmpty();
        return entries;
    }

    private List<Entry> left(int many, Logbook logbook) throws InterruptedException {
        village.hub(this::answer);
        var away = new Target[many];
        for (int i = 0; i < many; i++) {
            away[i] = Village.target("n-" + i, "web" + i, Presence.DOWN);
        }
        var targets = Village.targets(away);
        var ledger = new Ledger(targets);
        try (var caller = village.caller()) {
            var desk = new QueueDesk(new Hub(caller, Duration.ofMillis(deaf ? 50 : 5_000)));
            var past =
                    Past.none(
                            ACTION,
                            ActionClass.CHANGE,
                            Duration.ofSeconds(1),
                            Rollout.ALL_AT_ONCE,
                            targets);
            problem =
                    new Queueing(desk, ledger, logbook)
                            .leave(past, target -> asked(caller, target), _ -> true);
        }
        return ledger.entries();
    }

    @Test
    void whatIsNotAnsweredMayHaveBeenKeptAndTheRestIsNotBrought() throws InterruptedException {
        deaf = true;
        var entries = left(51);
        assertThat(entries.subList(0, 50))
                .allMatch(entry -> entry.state() == TargetState.NO_REPLY)
                .allMatch(entry -> entry.remark().orElseThrow().way() == Remark.Way.ASK);
        assertThat(entries.getLast().state()).isEqualTo(TargetState.OFFLINE);
        assertThat(entries.getLast().remark().orElseThrow())
                .isEqualTo(
                        new Remark(
                                "not queued: the hub did not answer within 50ms",
                                Remark.Way.RESUME));
    }

    /** A book of a run that somebody cancels as soon as something was brought to the hub. */
    private final class Cancelled implements QuietBook {
        @Override
        public Optional<String> cancelled() {
            return brought.isEmpty() ? Optional.empty() : Optional.of("operator/bob");
        }
    }

    @Test
    void whatCannotBeTakenBackAfterACancelIsToldAndTheRunComesToItsReport()
            throws InterruptedException {
        var entries = left(2, new Cancelled());
        assertThat(problem.orElseThrow()).contains("not taken back", "muster queue withdraw");
        assertThat(entries).allMatch(entry -> entry.state() == TargetState.QUEUED);
    }

    @Test
    void manyAreBroughtInShares() throws InterruptedException {
        assertThat(left(120)).allMatch(entry -> entry.state() == TargetState.QUEUED);
        assertThat(brought).hasSizeBetween(3, 4);
        assertThat(kept).hasSize(120);
    }
}
