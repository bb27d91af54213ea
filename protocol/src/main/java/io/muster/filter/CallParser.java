package io.muster.filter;

/** Reads the call of a data function, {@code name('argument').field}. For one thread. */
final class CallParser {
    private final Cursor cursor;

    CallParser(Cursor cursor) {
        this.cursor = cursor;
    }

    /** Reads on from the opening parenthesis behind a name that starts at {@code start}. */
    Term.Call call(int start, String name) {
        if (!name.chars().allMatch(CallParser::letter) || name.charAt(0) <= '9') {
            throw cursor.error(start, Excerpt.safe(name) + " is not the name of a function");
        }
        int open = cursor.at();
        cursor.skip(1);
        cursor.skipBlanks();
        var argument = cursor.sees(')') || cursor.done() ? "" : argument();
        cursor.skipBlanks();
        if (cursor.sees(',')) {
            throw cursor.error(cursor.at(), "a function takes one argument");
        }
        if (!cursor.sees(')')) {
            throw cursor.error(open, "this ( is never closed");
        }
        cursor.skip(1);
        return new Term.Call(name, argument, cursor.sees('.') ? field() : "");
    }

    private String argument() {
        if (!cursor.seesQuote()) {
            throw cursor.error(cursor.at(), "the argument of a function must stand in quotes");
        }
        return cursor.quoted();
    }

    private String field() {
        int dot = cursor.at();
        cursor.skip(1);
        while (letter(cursor.charAt(cursor.at()))) {
            cursor.skip(1);
        }
        if (cursor.at() == dot + 1) {
            throw cursor.error(dot, "the name of a field is missing after the dot");
        }
        return cursor.since(dot + 1);
    }

    private static boolean letter(int c) {
        return c == '_' || Words.letterOrDigit(c);
    }
}
