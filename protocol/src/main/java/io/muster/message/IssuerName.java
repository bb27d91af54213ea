package io.muster.message;

import java.util.Arrays;
import java.util.Locale;

/** The two issuers of a fleet, as they sign documents of their own. */
public enum IssuerName {
    /** Makes operators; its key is kept away from the network. It may revoke anybody. */
    OPERATORS,
    /** Makes nodes, brokers and hubs; its key is online. It may revoke those, and no operator. */
    NODES;

    /** Who makes certificates of that role. */
    public static IssuerName of(Role role) {
        return role == Role.OPERATOR ? OPERATORS : NODES;
    }

    /** Whether it may say that a certificate of that role is void. */
    public boolean mayRevoke(Role role) {
        return this == OPERATORS || role != Role.OPERATOR;
    }

    /** The word in documents, file names and messages. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads the word.
     *
     * @throws IllegalArgumentException if there is no such issuer
     */
    public static IssuerName parse(String word) {
        return Arrays.stream(values())
                .filter(issuer -> issuer.word().equals(word))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "no issuer "
                                                + Escape.quoted(word)
                                                + ": operators or nodes"));
    }

    @Override
    public String toString() {
        return word();
    }
}
