package io.muster.hub.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.action.ActionClass;
import io.muster.approval.Proposal;
import io.muster.filter.Filter;
import io.muster.message.ActionName;
import io.muster.message.Approval;
import io.muster.message.Bounds;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.ListNumbers;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.Reply.Answer;
import io.muster.message.ReplyAddress;
import io.muster.message.Request;
import io.muster.message.RequestId;
import io.muster.message.SealedArguments;
import io.muster.message.Value.Fields;
import io.muster.security.Credentials;
import io.muster.security.PayloadType;
import io.muster.security.TestFleet;
import io.muster.security.Verifier;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class ProposalsTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private final TestFleet fleet = new TestFleet("test", NOON);
    private final Credentials alice = fleet.operator("alice");
    private final Credentials bob = fleet.operator("bob");
    private Instant now = NOON;
    private final Proposals proposals =
            new Proposals(new Verifier(fleet.trust(), () -> now), () -> now);
    private int ids;

    private Request request(Credentials who, String action, Fields arguments, Duration ttl) {
        return new Request(
                new RequestId("%032x".formatted(++ids)),
                "test",
                Collective.MAIN,
                who.identity(),
                new ActionName(action),
                arguments,
                Filter.EVERYTHING,
                Optional.of(List.of(new NodeId("n1"))),
                ReplyAddress.of(who.identity(), "1"),
                now,
                now.plus(ttl),
                ActionClass.READ,
                false,
                Map.of(),
                List.of(),
                Map.of(),
                Bounds.NONE.approvals(2),
                ListNumbers.NONE,
                SealedArguments.NONE);
    }

    private static Proposal proposal(Request request, Credentials signer) {
        return new Proposal(signer.signer().sign(PayloadType.REQUEST, request.encode()), List.of());
    }

    private Request reboot() {
        return request(alice, "node.reboot", Fields.EMPTY, Duration.ofMinutes(30));
    }

    private void propose(Credentials who, Proposal proposal) {
        proposals.propose(
                request(who, "hub.propose", proposal.toValue(), Duration.ofMinutes(1)), _ -> {});
    }

    private static Bytes approval(Request request, String digest, Credentials who) {
        var approval =
                new Approval(
                        request.id(), digest, who.identity(), request.issued(), request.expires());
        return who.signer().sign(PayloadType.APPROVAL, approval.encode());
    }

    private void approve(Credentials who, Request request, Bytes approval) {
        var arguments =
                Fields.EMPTY.with("id", request.id().value()).with("approval", approval.base64());
        proposals.approve(request(who, "hub.approve", arguments, Duration.ofMinutes(1)), _ -> {});
    }

    private List<Proposal> listed() {
        var parts = new ArrayList<Proposal>();
        proposals.list(
                request(bob, "hub.proposals", Fields.EMPTY, Duration.ofMinutes(1)),
                answer -> {
                    if (answer instanceof Answer.Part(Fields part)) {
                        parts.add(Proposal.of(part));
                    }
                });
        return parts;
    }

    private static String digest(Request request) {
        return request.encode().sha256().hex();
    }

    @Test
    void whatIsProposedAndApprovedIsHandedOutUntilItExpires() {
        var reboot = reboot();
        propose(alice, proposal(reboot, alice));
        approve(bob, reboot, approval(reboot, digest(reboot), bob));
        approve(bob, reboot, approval(reboot, digest(reboot), bob));
        var opened = listed().getFirst().open(new Verifier(fleet.trust(), () -> now));
        assertThat(opened.request()).isEqualTo(reboot);
        assertThat(opened.approvers()).containsExactly(bob.identity());
        now = now.plus(Duration.ofMinutes(30));
        assertThat(listed()).isEmpty();
    }

    @Test
    void onlyTheRequesterProposesAndOnlyWhatIsSigned() {
        var reboot = reboot();
        assertThatThrownBy(() -> propose(bob, proposal(reboot, alice)))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> propose(bob, proposal(reboot, bob)))
                .hasMessageContaining("signed for another");
        assertThatThrownBy(() -> propose(alice, proposal(reboot, fleet.node("n1"))))
                .isInstanceOf(MalformedException.class);
        assertThat(listed()).isEmpty();
    }

    @Test
    void anApprovalThatIsNotTheAskersOrNotForItIsNotKept() {
        var reboot = reboot();
        propose(alice, proposal(reboot, alice));
        var other = digest(reboot());
        for (var bad :
                List.of(
                        approval(reboot, other, bob),
                        approval(reboot, digest(reboot), fleet.operator("carol")),
                        approval(reboot, digest(reboot), fleet.node("bob")),
                        Bytes.utf8("{}"))) {
            assertThatThrownBy(() -> approve(bob, reboot, bad))
                    .isInstanceOf(MalformedException.class);
        }
        assertThatThrownBy(() -> approve(alice, reboot, approval(reboot, digest(reboot), alice)))
                .isInstanceOf(MalformedException.class);
        assertThat(listed().getFirst().approvals()).isEmpty();
    }

    @Test
    void theBoardIsBoundedForEachAndInAll() {
        for (int i = 0; i < 8; i++) {
            propose(alice, proposal(reboot(), alice));
        }
        assertThatThrownBy(() -> propose(alice, proposal(reboot(), alice)))
                .hasMessageContaining("too many proposals");
        assertThat(listed()).hasSize(8);
    }
}
