package io.muster.message;

/**
 * Which request, and whose. An id alone names nothing: whoever has learnt one can sign something of
 * their own under it.
 */
public record RequestKey(RequestId id, Identity sender) {
    private static final int DIGITS = 16;

    /** A name for files that nobody else's request has. */
    public String fileName() {
        return id.value() + "-" + Bytes.utf8(sender.uri()).sha256().hex().substring(0, DIGITS);
    }

    @Override
    public String toString() {
        return id.brief() + " of " + sender.brief();
    }
}
