package io.muster.node;

import io.muster.message.Approval;
import io.muster.message.Bytes;
import io.muster.message.Escape;
import io.muster.message.MalformedException;
import io.muster.message.Role;
import io.muster.node.time.Challenge.Quote;
import io.muster.policy.Endorsement;
import io.muster.security.Certificates;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;
import io.muster.security.Verification.Trusted;
import io.muster.security.Verification.Untrusted;
import io.muster.security.Verifier;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Verifies the approvals that came with a request: each for itself, and now, whatever was thought
 * of it before. Thread-safe.
 */
final class Approvals {
    private static final Set<Role> APPROVING = Set.of(Role.OPERATOR);

    private final Verifier verifier;
    private final Duration skew;
    private final InstantSource clock;

    Approvals(Verifier verifier, Duration skew, InstantSource clock) {
        this.verifier = verifier;
        this.skew = skew;
        this.clock = clock;
    }

    /**
     * What came.
     *
     * @param endorsements the approvals that are genuine, for this request and in time
     * @param problems what is wrong with the others
     */
    record Given(List<Endorsement> endorsements, List<String> problems) {
        Given {
            endorsements = List.copyOf(endorsements);
            problems = List.copyOf(problems);
        }

        /** The end of a sentence, if there is something to say. */
        String remark() {
            return problems.isEmpty()
                    ? ""
                    : "; approvals that do not count: " + String.join("; ", problems);
        }
    }

    /**
     * The approvals of that request; most have none, and cost nothing here.
     *
     * @param quote what it quotes of this node's nonces
     */
    Given of(Question question, Quote quote) {
        var endorsements = new ArrayList<Endorsement>();
        var problems = new ArrayList<String>();
        for (var attached : question.envelope().attached()) {
            try {
                endorsements.add(verified(attached, question, quote));
            } catch (MalformedException e) {
                problems.add(Escape.line(e.problem()));
            }
        }
        return new Given(endorsements, problems);
    }

    private Endorsement verified(Bytes message, Question question, Quote quote) {
        var envelope = Envelope.decode(message);
        return switch (verifier.verify(envelope, PayloadType.APPROVAL, APPROVING)) {
            case Untrusted(var flaw, String problem) ->
                    throw new MalformedException(flaw + ": " + problem);
            case Trusted trusted -> {
                var approval = Approval.decode(trusted.payload());
                var who = trusted.signer().brief();
                objection(approval, trusted, question, quote)
                        .ifPresent(
                                why -> {
                                    throw new MalformedException(who + ": " + why);
                                });
                var certificate = Certificates.parse(envelope.certificates().getFirst());
                yield new Endorsement(trusted.signer(), Certificates.keyFingerprint(certificate));
            }
        };
    }

    private Optional<String> objection(
            Approval approval, Trusted trusted, Question question, Quote quote) {
        if (!approval.approver().equals(trusted.signer())) {
            return Optional.of("signed for another");
        }
        if (!approval.request().equals(question.request().id())
                || !approval.digest().equals(question.digest())) {
            return Optional.of("for another request");
        }
        if (quote == Quote.GOOD) {
            // The nonce, not a clock, says that the request is good now, and so is what ends no
            // sooner: the digest covers the nonce, so nobody approved it before there was that.
            return approval.expires().isBefore(question.request().expires())
                    ? Optional.of("ends before the request, and the time is not known here")
                    : Optional.empty();
        }
        var now = clock.instant();
        if (approval.issued().isAfter(now.plus(skew))) {
            return Optional.of("issued in the future, at " + approval.issued());
        }
        return now.isBefore(approval.expires())
                ? Optional.empty()
                : Optional.of("expired at " + approval.expires());
    }
}
