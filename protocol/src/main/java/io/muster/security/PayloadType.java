package io.muster.security;

import io.muster.message.Escape;
import io.muster.message.MalformedException;

import java.util.Arrays;
import java.util.Locale;

/** What a signature is about: what was signed as one type can never be used as another. */
public enum PayloadType {
    REQUEST,
    REPLY,
    ANNOUNCEMENT,
    CHECKPOINT,
    /** The hub asks a node to announce itself in full. */
    ROLLCALL,
    /** An operator's yes to a request of another. */
    APPROVAL,
    /** A revocation list, signed by an issuer. */
    REVOCATION,
    /** A policy bundle, signed by the operators issuer. */
    POLICY,
    /** A trust set, signed by a root. */
    TRUST,
    /** An operator's lock. */
    LOCK,
    /** The end of a lock. */
    RELEASE;

    private final String mediaType =
            "application/vnd.muster." + name().toLowerCase(Locale.ROOT) + "+json;v=1";

    /** The type as it is written in an envelope and covered by its signatures. */
    public String mediaType() {
        return mediaType;
    }

    static PayloadType parse(String mediaType) {
        return Arrays.stream(values())
                .filter(type -> type.mediaType.equals(mediaType))
                .findFirst()
                .orElseThrow(
                        () ->
                                new MalformedException(
                                        "unknown payload type " + Escape.quoted(mediaType)));
    }
}
