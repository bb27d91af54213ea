package io.muster.controller.mask;

/**
 * A piece of an answer that may differ between nodes that say the same.
 *
 * @param kind what it looks like
 * @param before the blanks before it, which depend on its length where there are columns
 * @param text itself
 * @param after the blanks behind it
 */
public record Variable(Kind kind, String before, String text, String after) {

    /** What a piece looks like. Only pieces of one kind stand for each other. */
    public enum Kind {
        /** A plain number. */
        NUMBER('A'),
        /** A number and {@code %}. */
        PERCENT('B'),
        /** Numbers with units of time. */
        DURATION('C'),
        /** A number with a unit of size. */
        SIZE('D'),
        /** A date, a time of day, or both. */
        TIME('E'),
        /** A UUID, a hash or another row of hexadecimal digits. */
        ID('F'),
        /** An IP or hardware address. */
        ADDRESS('G'),
        /** The node's own host name. */
        NAME('H'),
        /** The same up to its first dot. */
        SHORT_NAME('I'),
        /** The node's own identity. */
        NODE_ID('J');

        private final char letter;

        Kind(char letter) {
            this.letter = letter;
        }

        /** What stands for it in what an answer says: another one for each kind. */
        char letter() {
            return letter;
        }

        /** Whether it says who answered and nothing else. */
        public boolean own() {
            return switch (this) {
                case NAME, SHORT_NAME, NODE_ID -> true;
                case NUMBER, PERCENT, DURATION, SIZE, TIME, ID, ADDRESS -> false;
            };
        }
    }

    /** The same, saying something else. */
    public Variable saying(String other) {
        return new Variable(kind, before, other, after);
    }
}
