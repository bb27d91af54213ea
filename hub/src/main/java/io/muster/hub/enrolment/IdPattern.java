package io.muster.hub.enrolment;

import io.muster.message.Escape;
import io.muster.message.NodeId;

import java.util.regex.Pattern;

/**
 * Which ids a token is for: a glob over the whole id, in which {@code *} is any run of characters
 * and {@code ?} any single one.
 *
 * @param glob letters, digits, hyphens, {@code *} and {@code ?}
 */
public record IdPattern(String glob) {
    private static final Pattern FORM = Pattern.compile("[a-z0-9*?-]{1,63}");

    /** Every id. */
    public static final IdPattern ANY = new IdPattern("*");

    public IdPattern {
        if (!FORM.matcher(glob).matches()) {
            throw new IllegalArgumentException(
                    "not a pattern of lower-case letters, digits, hyphens, * and ?: "
                            + Escape.quoted(glob));
        }
    }

    /** Whether that id matches; in time that grows with the product of both lengths at most. */
    public boolean matches(NodeId id) {
        var text = id.value();
        var at = 0;
        var star = -1;
        var retry = 0;
        var i = 0;
        while (i < text.length()) {
            if (at < glob.length() && glob.charAt(at) == '*') {
                star = at++;
                retry = i;
            } else if (at < glob.length()
                    && (glob.charAt(at) == '?' || glob.charAt(at) == text.charAt(i))) {
                at++;
                i++;
            } else if (star >= 0) {
                at = star + 1;
                i = ++retry;
            } else {
                return false;
            }
        }
        return glob.substring(at).chars().allMatch(c -> c == '*');
    }

    @Override
    public String toString() {
        return glob;
    }
}
