package io.muster.controller.render;

import io.muster.controller.Entry;
import io.muster.controller.discovery.Target;
import io.muster.message.Escape;
import io.muster.message.NodeId;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How nodes are called in output. A node chooses its own name, so a name stands for a node only if
 * it looks like a host name and no other node of the run has it; otherwise the id says who it is.
 */
public final class Names {
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,252}");

    private final Map<String, Integer> holders = new HashMap<>();

    /** The names that these have; a later {@link #of(Entry)} may be about a renamed one. */
    public static Names ofTargets(Collection<Target> targets) {
        var names = new Names();
        targets.forEach(target -> names.holders.merge(target.name(), 1, Integer::sum));
        return names;
    }

    /** The names that these have now. */
    public static Names ofEntries(Collection<Entry> entries) {
        var names = new Names();
        entries.forEach(entry -> names.holders.merge(entry.name(), 1, Integer::sum));
        return names;
    }

    /** For people. */
    public String of(Entry entry) {
        return of(entry.id(), entry.name());
    }

    /** For people. */
    public String of(Target target) {
        return of(target.id(), target.name());
    }

    private String of(NodeId id, String name) {
        if (name.isEmpty() || name.equals(id.value())) {
            return id.value();
        }
        if (clear(name)) {
            return name;
        }
        var shown = HOST.matcher(name).matches() ? name : Escape.quoted(name);
        return shown + " (" + id + ")";
    }

    /** For programs: one word that {@code --nodes} takes. */
    public String word(NodeId id, String name) {
        return clear(name) ? name : id.value();
    }

    /** Whether the name alone says who it is, and can be folded. */
    public boolean clear(String name) {
        return holders.getOrDefault(name, 0) <= 1 && HOST.matcher(name).matches();
    }
}
