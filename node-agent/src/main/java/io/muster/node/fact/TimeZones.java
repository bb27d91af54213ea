package io.muster.node.fact;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** What the machine calls its standard time. */
final class TimeZones {
    private static final Pattern NAME = Pattern.compile("([A-Za-z]{3,6}|<[A-Za-z0-9+-]{1,6}>).*");

    private TimeZones() {}

    /**
     * The abbreviation of the standard time in a time zone file: the beginning of the rule in its
     * last line (RFC 9636, section 3.3). Not that of summer time in summer: a fact that changes
     * twice a year by itself would announce every node at once. Empty if it cannot be told; asking
     * Java instead would load the names of all zones.
     */
    static String abbreviation(byte[] file) {
        var text = new String(file, StandardCharsets.ISO_8859_1);
        if (!text.startsWith("TZif")) {
            return text.isEmpty() ? "UTC" : "";
        }
        var rule = text.strip().substring(text.strip().lastIndexOf('\n') + 1);
        var name = NAME.matcher(rule);
        return name.matches() ? name.group(1).replaceAll("[<>]", "") : "";
    }
}
