package io.muster.filter;

/** How many terms a filter may still have. For one thread. */
final class Terms {
    private int left;

    Terms(int most) {
        this.left = most;
    }

    /** One more, which starts at that position. */
    void count(Cursor cursor, int position) {
        if (--left < 0) {
            throw cursor.error(
                    position,
                    "one term too many, and " + FilterParser.MOST_TERMS + " in all are the most");
        }
    }
}
