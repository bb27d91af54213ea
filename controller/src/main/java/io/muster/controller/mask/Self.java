package io.muster.controller.mask;

import io.muster.controller.mask.Variable.Kind;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a node calls itself, which is no difference between its answer and others'.
 *
 * @param words the longest first
 */
public record Self(List<Word> words) {
    /** Of an answer that several nodes gave: nobody's name in it is the one who gave it. */
    public static final Self NOBODY = new Self(List.of());

    private static final int SHORTEST = 3;

    /** One of them. */
    public record Word(Kind kind, String text) {}

    public Self {
        words = List.copyOf(words);
    }

    /** The node with that identity and host name. */
    public static Self of(String id, String name) {
        var words = new ArrayList<Word>();
        words.add(new Word(Kind.NAME, name));
        words.add(new Word(Kind.NODE_ID, id));
        var dot = name.indexOf('.');
        if (dot > 0) {
            words.add(new Word(Kind.SHORT_NAME, name.substring(0, dot)));
        }
        words.removeIf(word -> word.text().length() < SHORTEST);
        words.sort((one, other) -> other.text().length() - one.text().length());
        return new Self(words);
    }

    /** The word that the text goes on with. */
    Optional<Word> at(String text, int at) {
        for (var word : words) {
            if (text.startsWith(word.text(), at)) {
                var end = at + word.text().length();
                if (end == text.length() || !Character.isLetterOrDigit(text.charAt(end))) {
                    return Optional.of(word);
                }
            }
        }
        return Optional.empty();
    }
}
