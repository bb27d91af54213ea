package io.muster.hub.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.muster.action.ActionClass;
import io.muster.filter.Filter;
import io.muster.hub.audit.Checkpoints;
import io.muster.message.ActionName;
import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply;
import io.muster.message.ReplyAddress;
import io.muster.message.Request;
import io.muster.message.Role;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.security.PayloadType;
import io.muster.security.TestFleet;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What a hub does not answer, or not as it was asked. */
class HubRefusalsTest extends HubQuestions {
    private static Request altered(
            ActionName action,
            Instant issued,
            Instant expires,
            ActionClass actionClass,
            List<String> critical) {
        var plain = question(Fields.EMPTY, Filter.EVERYTHING);
        return new Request(
                plain.id(),
                plain.fleet(),
                plain.collective(),
                plain.sender(),
                action,
                plain.arguments(),
                plain.filter(),
                plain.targets(),
                plain.replyTo(),
                issued,
                expires,
                actionClass,
                false,
                Map.of(),
                critical);
    }

    @Test
    void whatTheHubCannotDoIsRefusedWithAReason() {
        var until = NOON.plusSeconds(60);
        var presenceOf = HubService.PRESENCE;
        var unknown = new ActionName("hub.reboot");
        assertThat(
                        List.of(
                                reason(altered(unknown, NOON, until, ActionClass.READ, List.of())),
                                reason(
                                        altered(
                                                presenceOf,
                                                NOON.plusSeconds(31),
                                                until,
                                                ActionClass.READ,
                                                List.of())),
                                reason(
                                        altered(
                                                presenceOf,
                                                NOON,
                                                NOON.plusSeconds(121),
                                                ActionClass.READ,
                                                List.of())),
                                reason(
                                        altered(
                                                presenceOf,
                                                NOON,
                                                until,
                                                ActionClass.CHANGE,
                                                List.of())),
                                reason(
                                        altered(
                                                presenceOf,
                                                NOON,
                                                until,
                                                ActionClass.READ,
                                                List.of("moon"))),
                                reason(
                                        question(
                                                Fields.EMPTY.with("state", "up"),
                                                Filter.EVERYTHING)),
                                reason(
                                        question(
                                                Fields.EMPTY.with(
                                                        "states", Value.texts(List.of("asleep"))),
                                                Filter.EVERYTHING))))
                .containsExactly(
                        Reason.UNKNOWN_ACTION,
                        Reason.FROM_FUTURE,
                        Reason.TTL_TOO_LONG,
                        Reason.CLASS_MISMATCH,
                        Reason.NOT_UNDERSTOOD,
                        Reason.INVALID_INPUT,
                        Reason.INVALID_INPUT);
    }

    private Reason reason(Request request) {
        var outcome = ask(request);
        if (outcome instanceof Outcome.Refused(Reason reason, _)) {
            return reason;
        }
        throw new AssertionError("not refused: " + outcome);
    }

    @Test
    void whatIsNotAnOperatorsOwnFreshRequestGetsNoAnswer() {
        threeNodes();
        var good = question(Fields.EMPTY, Filter.EVERYTHING);
        send(FLEET.node("web01").signer().sign(PayloadType.REQUEST, good.encode()));
        send(FLEET.operator("mallory").signer().sign(PayloadType.REQUEST, good.encode()));
        send(
                new TestFleet("test", NOON)
                        .operator("alice")
                        .signer()
                        .sign(PayloadType.REQUEST, good.encode()));
        send(ALICE.signer().sign(PayloadType.REPLY, good.encode()));
        send(ALICE.signer().sign(PayloadType.REQUEST, Bytes.utf8("{}")));
        send(Bytes.utf8("garbage"));
        send(
                signed(
                        altered(
                                HubService.PRESENCE,
                                NOON.minusSeconds(90),
                                NOON,
                                ActionClass.READ,
                                List.of())));
        send(signed(stolenReplies()));
        var last = question(Fields.EMPTY, Filter.EVERYTHING);
        ask(last);
        assertThat(inbox).extracting(Reply::request).containsOnly(last.id());
    }

    /** To be answered to somebody else's inbox. */
    private static Request stolenReplies() {
        var plain = question(Fields.EMPTY, Filter.EVERYTHING);
        var bob = new Identity("test", Role.OPERATOR, "bob");
        return new Request(
                plain.id(),
                plain.fleet(),
                plain.collective(),
                plain.sender(),
                plain.action(),
                plain.arguments(),
                plain.filter(),
                plain.targets(),
                ReplyAddress.of(bob, "01"),
                plain.issued(),
                plain.expires(),
                plain.actionClass(),
                false,
                Map.of(),
                List.of());
    }

    @Test
    void aRepeatedRequestIsAnsweredOnce() {
        threeNodes();
        var request = question(Fields.EMPTY, Filter.EVERYTHING);
        ask(request);
        send(signed(request));
        var last = question(Fields.EMPTY, Filter.EVERYTHING);
        ask(last);
        assertThat(inbox.stream().filter(r -> r.request().equals(request.id()))).hasSize(2);
    }

    @Test
    void aMessageThatMakesItFailIsForgotten() {
        var broken =
                new HubService(
                        verifier,
                        FLEET.hub().signer(),
                        hub,
                        presence,
                        new Checkpoints(Path.of("target", "no-checkpoints")),
                        new HubService.Self("hub.example.org", "boot-hub"),
                        () -> {
                            throw new IllegalStateException("no time");
                        });
        var message = signed(question(Fields.EMPTY, Filter.EVERYTHING));
        assertThatCode(() -> broken.receive(message)).doesNotThrowAnyException();
        assertThat(inbox).isEmpty();
    }
}
