package io.muster.broker.external;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/** A version of ActiveMQ, as far as it is compared. */
record Version(int major, int minor, int patch) implements Comparable<Version> {
    /** The first one without the holes that docs/adr/0003-broker.md speaks of. */
    static final Version LEAST = new Version(6, 3, 1);

    private static final Pattern WRITTEN =
            Pattern.compile("([0-9]{1,4})\\.([0-9]{1,4})\\.([0-9]{1,4})(?:[.-].*)?");

    private static final Comparator<Version> ORDER =
            Comparator.comparingInt(Version::major)
                    .thenComparingInt(Version::minor)
                    .thenComparingInt(Version::patch);

    /** Reads {@code 6.3.1}, whatever follows. */
    static Optional<Version> parse(String text) {
        var parts = WRITTEN.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        return Optional.of(
                new Version(
                        Integer.parseInt(parts.group(1)),
                        Integer.parseInt(parts.group(2)),
                        Integer.parseInt(parts.group(3))));
    }

    @Override
    public int compareTo(Version other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
