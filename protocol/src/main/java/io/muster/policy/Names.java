package io.muster.policy;

import io.muster.message.Escape;
import io.muster.message.Identity;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Some operators: {@code operator/NAME}, {@code group/NAME} for those of a group, or {@code
 * operator/*} for all.
 *
 * @param texts as they are written
 * @param members whom they name, without their groups; meaningless with {@code everybody}
 * @param everybody whether all operators are among them
 */
public record Names(List<String> texts, Set<String> members, boolean everybody) {
    private static final String ALL = "operator/*";
    private static final Pattern PERSON =
            Pattern.compile("operator/[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?");
    private static final String GROUP = "group/";

    public Names {
        texts = List.copyOf(texts);
        members = Set.copyOf(members);
        if (texts.isEmpty()) {
            throw new IllegalArgumentException("names nobody");
        }
    }

    /**
     * Reads them.
     *
     * @param groups the members of each group
     * @throws IllegalArgumentException naming the text that is none, or the group that is not there
     */
    static Names of(List<String> texts, Map<String, Set<String>> groups) {
        var members = new java.util.LinkedHashSet<String>();
        for (var text : texts) {
            if (text.startsWith(GROUP)) {
                var group = groups.get(text.substring(GROUP.length()));
                if (group == null) {
                    throw new IllegalArgumentException("there is no " + Escape.quoted(text));
                }
                members.addAll(group);
            } else if (!text.equals(ALL)) {
                members.add(person(text));
            }
        }
        return new Names(texts, members, texts.contains(ALL));
    }

    /** That text, if it is {@code operator/NAME}. */
    static String person(String text) {
        if (!PERSON.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    Escape.quoted(text) + " is not operator/NAME, group/NAME or operator/*");
        }
        return text;
    }

    /** Whether that one is among them. */
    boolean include(Identity who) {
        return members.contains(who.brief()) || (everybody && who.brief().startsWith("operator/"));
    }

    @Override
    public String toString() {
        return String.join(", ", texts);
    }
}
