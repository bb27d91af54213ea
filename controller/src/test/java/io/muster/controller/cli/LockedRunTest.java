package io.muster.controller.cli;

import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.Village;
import io.muster.controller.Village.Call;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply.Answer;
import io.muster.message.RequestId;
import io.muster.message.Value.Fields;
import io.muster.security.Credentials;
import io.muster.security.PayloadType;
import io.muster.trust.Lock;
import io.muster.trust.LockTarget;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A roll-out that meets the red switch. */
class LockedRunTest {
    @TempDir private Path home;

    private final Village village = new Village();
    private final Credentials bob = village.authority().operator("bob");
    private final List<Host> hosts = new ArrayList<>();
    private volatile boolean locked = true;
    private volatile boolean lying;
    private volatile boolean stopped;

    /** Who fails whatever happens to the others. */
    private final Set<String> failing = ConcurrentHashMap.newKeySet();

    private CommandContext context = new CommandContext(village, Path.of("/"));

    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
        for (int i = 1; i <= 3; i++) {
            var name = "web0" + i;
            hosts.add(new Host(village, "n-" + i, name, _ -> outcome(name)));
        }
        village.hub(this::tell);
    }

    @AfterEach
    void close() {
        village.close();
    }

    private Outcome outcome(String name) {
        if (failing.contains(name)) {
            return Outcome.failed("full", "no space is left");
        }
        if (stopped) {
            return new Outcome.Cancelled("cancelled by operator/bob");
        }
        return locked || lying
                ? new Outcome.Refused(Reason.LOCKED, "all is locked by operator/bob")
                : new Outcome.Changed("made", Fields.EMPTY);
    }

    private void tell(Call call, Credentials hub) {
        var parts =
                switch (call.request().action().value()) {
                    case "hub.presence" ->
                            List.of(
                                    Village.rows(
                                            call.request(),
                                            up("n-1", "web01"),
                                            up("n-2", "web02"),
                                            up("n-3", "web03")));
                    case "hub.trust" -> locked ? List.of(lock()) : List.<Fields>of();
                    default -> List.<Fields>of();
                };
        for (int i = 0; i < parts.size(); i++) {
            call.reply(hub, "hub", i, new Answer.Part(parts.get(i)));
        }
        call.reply(hub, "hub", parts.size(), new Answer.Final(Outcome.ok("all")));
    }

    private Fields lock() {
        var lock =
                new Lock(
                        new RequestId("a".repeat(32)),
                        bob.identity().fleet(),
                        bob.identity(),
                        LockTarget.parse("all"),
                        "an intruder",
                        Instant.now().truncatedTo(ChronoUnit.MILLIS),
                        Optional.empty());
        var document = bob.signer().sign(PayloadType.LOCK, lock.encode()).base64();
        return Fields.EMPTY.with("document", document).with("last", true);
    }

    private List<Integer> deeds() {
        return hosts.stream().map(host -> host.deeds.size()).toList();
    }

    @Test
    void itGoesOnAfterTheLockHasEndedAndNotBefore() {
        var ran = context.run("run", "user.ensure", "name=d", "--all-nodes", "--batch", "1");
        assertThat(ran.out()).contains("refused 1, not-sent 2");
        assertThat(ran.err())
                .contains(
                        "stopped: locked: web01 says all is locked by operator/bob; lock aaaaaaaa")
                .contains("after muster unlock, muster runs resume ");
        assertThat(ran.code()).isEqualTo(4);
        var json = context.run("runs", "show", "last", "-o", "json").out();
        assertThat(json).contains("\"by\" : \"locked\"");

        var still = context.run("runs", "resume", "last");
        assertThat(still.err()).contains("is still locked", "aaaaaaaa  all  by operator/bob since");
        assertThat(still.code()).isEqualTo(1);
        assertThat(deeds()).containsExactly(1, 0, 0);

        locked = false;
        var resumed = context.run("runs", "resume", "last");
        assertThat(resumed.out()).contains("refused 1, changed 2");
        assertThat(deeds()).containsExactly(1, 1, 1);
    }

    @Test
    void whatItStoppedStaysSoAndTheRestGoesOn() {
        stopped = true;
        var ran = context.run("run", "user.ensure", "name=d", "--all-nodes", "--batch", "1");
        assertThat(ran.out()).contains("cancelled 1, not-sent 2");
        assertThat(ran.err())
                .contains("stopped: locked: web01 says cancelled by operator/bob; lock aaaaaaaa")
                .contains("after muster unlock, muster runs resume ");
        assertThat(context.run("runs", "resume", "last").err()).contains("is still locked");

        locked = false;
        stopped = false;
        var resumed = context.run("runs", "resume", "last");
        assertThat(resumed.out()).contains("cancelled 1, changed 2");
        assertThat(deeds()).containsExactly(1, 1, 1);
    }

    @Test
    void itGoesOnAsOftenAsItIsHaltedByOtherThingsAfterwards() {
        stopped = true;
        context.run("run", "user.ensure", "name=d", "--all-nodes", "--batch", "1");
        locked = false;
        stopped = false;
        failing.add("web02");
        var halted = context.run("runs", "resume", "last", "--max-failed", "1");
        assertThat(halted.out()).contains("failed 1, cancelled 1, not-sent 1");
        assertThat(halted.err()).contains("--max-failed is 1");

        var again = context.run("runs", "resume", "last", "--max-failed", "3");
        assertThat(again.err()).doesNotContain("stopped");
        assertThat(again.out()).contains("failed 1, cancelled 1, changed 1");
        assertThat(deeds()).containsExactly(1, 1, 1);
    }

    @Test
    void soItDoesIfNothingWasSentInBetween() {
        stopped = true;
        failing.add("web02");
        context.run("run", "user.ensure", "name=d", "--all-nodes", "--batch", "2,1");
        locked = false;
        stopped = false;
        var halted = context.run("runs", "resume", "last", "--max-failed", "1");
        assertThat(halted.out()).contains("failed 1, cancelled 1, not-sent 1");
        assertThat(halted.err()).contains("--max-failed is 1");

        var again = context.run("runs", "resume", "last", "--max-failed", "3");
        assertThat(again.out()).contains("failed 1, cancelled 1, changed 1");
        assertThat(deeds()).containsExactly(1, 1, 1);
    }

    @Test
    void whoeverIsCancelledAfterwardsStopsItLikeAnywhereElse() {
        stopped = true;
        context.run("run", "user.ensure", "name=d", "--all-nodes", "--batch", "1");
        locked = false;
        var resumed = context.run("runs", "resume", "last");
        assertThat(resumed.err()).contains("stopped: cancelled on web02");
        stopped = false;
        var again = context.run("runs", "resume", "last");
        assertThat(again.err()).contains("stopped: cancelled on web02");
        assertThat(deeds()).containsExactly(1, 1, 0);
    }

    @Test
    void whoSpeaksOfALockThatThereIsNotIsRefusedAndHoldsNobodyUp() {
        locked = false;
        lying = true;
        var ran =
                context.run(
                        "run",
                        "user.ensure",
                        "name=d",
                        "--all-nodes",
                        "--batch",
                        "1",
                        "--max-failed",
                        "100%");
        assertThat(ran.out()).contains("refused 3");
        assertThat(deeds()).containsExactly(1, 1, 1);
        assertThat(ran.err()).doesNotContain("stopped");
    }
}
