package io.muster.filter;

/**
 * Keeps letters out of regular expressions that ignore case ({@code (?i)}) for which RE2/J would
 * never finish compiling: its own table of letters is older than the JDK's, and where the two
 * disagree it walks in circles (google/re2j issue 168; on JDK 25 from U+1C80 to U+1C88). Latin,
 * Greek and Cyrillic as far as U+052F are known to be good.
 */
final class CaseFolding {
    static final int LAST_SAFE = 0x52f;

    private CaseFolding() {}

    /** Where the first letter stands that must not be compiled; negative if there is none. */
    static int unsafe(String regex) {
        if (!ignoresCase(regex)) {
            return -1;
        }
        for (int i = 0; i < regex.length(); i++) {
            if (regex.codePointAt(i) > LAST_SAFE || escaped(regex, i) > LAST_SAFE) {
                return i;
            }
        }
        return -1;
    }

    private static boolean ignoresCase(String regex) {
        for (int at = regex.indexOf("(?"); at >= 0; at = regex.indexOf("(?", at + 2)) {
            int end = at + 2;
            while (end < regex.length() && "imsU-".indexOf(regex.charAt(end)) >= 0) {
                end++;
            }
            if (regex.substring(at, end).indexOf('i') >= 0) {
                return true;
            }
        }
        return false;
    }

    /** The letter that is written as {@code \x{...}} there; 0 if none is. */
    private static int escaped(String regex, int at) {
        int letter = 0;
        if (regex.startsWith("\\x{", at)) {
            for (int i = at + 3; i < regex.length() && letter <= LAST_SAFE; i++) {
                int digit = Character.digit(regex.charAt(i), 16);
                if (digit < 0) {
                    break;
                }
                letter = letter * 16 + digit;
            }
        }
        return letter;
    }
}
