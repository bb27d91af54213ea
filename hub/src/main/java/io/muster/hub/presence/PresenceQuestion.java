package io.muster.hub.presence;

import io.muster.filter.FactPath;
import io.muster.message.Escape;
import io.muster.message.FieldReader;
import io.muster.message.Value.Fields;

import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The arguments of {@code hub.presence}: docs/wire.md.
 *
 * @param states only nodes in one of these
 * @param columns which members each node has, besides its id
 * @param fact also the value of that fact
 * @param details also facts, classes and actions
 */
record PresenceQuestion(
        Set<NodeState> states, Set<Column> columns, Optional<FactPath> fact, boolean details) {

    /** What is told about each node. */
    enum Column {
        NAME,
        STATE,
        SINCE,
        SEEN,
        BOOT,
        INTERVAL,
        VERSION,
        COLLECTIVES,
        OFFSET,
        NONCE,
        POLICY,
        CERTIFICATE;

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        static Column parse(String word) {
            return EnumSet.allOf(Column.class).stream()
                    .filter(column -> column.word().equals(word))
                    .findFirst()
                    .orElseThrow(
                            () -> new IllegalArgumentException("no column " + Escape.quoted(word)));
        }
    }

    /**
     * Reads the arguments.
     *
     * @throws io.muster.message.MalformedException if they are anything else
     */
    static PresenceQuestion of(Fields arguments) {
        var reader = new FieldReader("hub.presence", arguments);
        var question =
                new PresenceQuestion(
                        set(
                                reader.optionalTexts("states", NodeState::parse),
                                EnumSet.allOf(NodeState.class)),
                        set(reader.optionalTexts("columns", Column::parse), usual()),
                        reader.optionalText("fact", FactPath::of),
                        reader.optionalTruth("details").orElse(false));
        reader.done();
        return question;
    }

    private static <E extends Enum<E>> Set<E> set(Optional<List<E>> named, Set<E> otherwise) {
        return named.<Set<E>>map(LinkedHashSet::new).orElse(otherwise);
    }

    /** Certificates are larger than all the rest: who wants them says so. */
    private static Set<Column> usual() {
        return EnumSet.complementOf(EnumSet.of(Column.CERTIFICATE));
    }
}
