package io.muster.controller.discovery;

import io.muster.message.Escape;
import io.muster.message.Nearest;

import java.util.ArrayList;
import java.util.List;

/**
 * Names that somebody typed and nobody has.
 *
 * @param names them
 * @param guesses whom some of them may have been meant for, for people
 */
record Strangers(List<String> names, List<String> guesses) {
    /** Nobody. */
    static final Strangers NONE = new Strangers(List.of(), List.of());

    /** Of more names nobody reads the guesses, and each takes time. */
    private static final int GUESSED = 5;

    Strangers {
        names = List.copyOf(names);
        guesses = List.copyOf(guesses);
    }

    /** Those of the names that none of all the nodes has. */
    static Strangers of(List<String> missing, Search search, List<Target> all) {
        var unknown = search.missing(all);
        var names = missing.stream().filter(unknown::contains).toList();
        var known = all.stream().flatMap(node -> node.names().stream()).distinct().toList();
        var guesses = new ArrayList<String>();
        names.stream()
                .limit(GUESSED)
                .forEach(
                        name ->
                                Nearest.to(name, known)
                                        .ifPresent(near -> guesses.add(guess(name, near))));
        return new Strangers(names, guesses);
    }

    private static String guess(String name, String near) {
        return Escape.line(name) + ": did you mean " + Escape.line(near) + "?";
    }
}
