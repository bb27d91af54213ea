package io.muster.trust;

import java.util.Optional;

/**
 * Whose documents those are, by their numbers. Each issuer numbers what it signs within a series of
 * its own, which the root attests in its certificate: so whatever the thief of an issuer signs, its
 * successor signs something newer, and everybody goes on comparing plain numbers.
 *
 * @param number the number of the trust set that brought the issuer in; 0 from the founding on
 */
public record Series(long number) {
    /** How many numbers each has: for people to read, the last nine digits count. */
    public static final long SIZE = 1_000_000_000;

    /** The last one whose numbers every reader of JSON tells apart (RFC 8259, 6). */
    public static final long LAST = 9_000_000;

    /** Of the issuers a fleet is founded with. */
    public static final Series FOUNDING = new Series(0);

    public Series {
        if (number < 0 || number > LAST) {
            throw new IllegalArgumentException("a series from 0 to " + LAST + ": " + number);
        }
    }

    /** Whether a document with that number may be signed by its issuer. */
    public boolean holds(long document) {
        return document > number * SIZE && document < (number + 1) * SIZE;
    }

    /**
     * The number of its next document.
     *
     * @param last of the one before, whoever signed it; 0 for none
     * @return nothing if there is no higher one
     */
    public Optional<Long> after(long last) {
        var next = Math.max(last, number * SIZE) + 1;
        return holds(next) ? Optional.of(next) : Optional.empty();
    }
}
