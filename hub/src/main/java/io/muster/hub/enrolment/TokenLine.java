package io.muster.hub.enrolment;

import io.muster.security.Attributes;

import java.time.Instant;

/**
 * A join token as it is listed: without anything secret.
 *
 * @param id what it is called
 * @param expires when it is no longer valid
 * @param uses how many machines may join with it
 * @param used how many did
 * @param revoked whether it was taken back
 * @param pattern which ids it is for
 * @param attributes what it attests
 */
public record TokenLine(
        String id,
        Instant expires,
        int uses,
        int used,
        boolean revoked,
        IdPattern pattern,
        Attributes attributes) {

    static TokenLine of(JoinTokens.Status status) {
        var token = status.token();
        return new TokenLine(
                token.id(),
                token.expires(),
                token.uses(),
                status.used(),
                status.revoked(),
                token.pattern(),
                token.attributes());
    }

    /** One word: {@code valid}, {@code used}, {@code expired} or {@code revoked}. */
    public String state(Instant now) {
        if (revoked) {
            return "revoked";
        }
        if (used >= uses) {
            return "used";
        }
        return now.isBefore(expires) ? "valid" : "expired";
    }
}
