package io.muster.hub.enrolment;

import io.muster.enrolment.JoinAnswer.Refusal;
import io.muster.message.NodeId;

/**
 * Who is let in without a person: a machine that proves to know a valid token, with an id that the
 * token is for, that nobody has and nobody else waits for.
 */
final class AutosignPolicy {
    private AutosignPolicy() {}

    /** What was found out about a request's token. */
    sealed interface Token {
        /** It proves none. */
        record None() implements Token {}

        /** No such token, or the proof does not fit. */
        record Unknown() implements Token {}

        /** Past its time, or taken back. */
        record Over() implements Token {}

        /** As many machines joined with it as it allows. */
        record Spent() implements Token {}

        /** Good. */
        record Good(JoinTokens.Status status) implements Token {}
    }

    /** What to do with a request. */
    sealed interface Decision {
        /** Sign at once, using the token up by one. */
        record Sign(JoinTokens.Status token) implements Decision {}

        /** A person decides. */
        record Wait(String why) implements Decision {}

        /** No. */
        record Refuse(Refusal refusal, String message) implements Decision {}
    }

    /**
     * Decides about a sound request of a key that was never seen.
     *
     * @param taken whether another machine has the id
     * @param contested whether another machine waits for it
     */
    static Decision decide(NodeId id, Token token, boolean taken, boolean contested) {
        return switch (token) {
            case Token.None _ -> new Decision.Wait(taken ? "the id is taken" : "no token");
            case Token.Unknown _ ->
                    new Decision.Refuse(
                            Refusal.TOKEN_UNKNOWN,
                            "no such join token here: make one with muster ca token at this hub");
            case Token.Over _ ->
                    new Decision.Refuse(
                            Refusal.TOKEN_EXPIRED,
                            "the join token is no longer valid: make a new one with muster ca"
                                    + " token");
            case Token.Spent _ ->
                    new Decision.Refuse(
                            Refusal.TOKEN_USED,
                            "the join token is used up: make a new one with muster ca token");
            case Token.Good(JoinTokens.Status status) -> decide(id, status, taken, contested);
        };
    }

    private static Decision decide(
            NodeId id, JoinTokens.Status status, boolean taken, boolean contested) {
        var pattern = status.token().pattern();
        if (!pattern.matches(id)) {
            return new Decision.Refuse(
                    Refusal.ID_NOT_ALLOWED,
                    "the join token is for ids like " + pattern + ", not " + id);
        }
        if (taken) {
            return new Decision.Refuse(
                    Refusal.ID_TAKEN,
                    "another machine has the id " + id + ": join with another --id");
        }
        return contested
                ? new Decision.Wait("another machine waits for the same id")
                : new Decision.Sign(status);
    }
}
