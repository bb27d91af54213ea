package io.muster.controller.discovery;

import io.muster.filter.Filter;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who is looked for.
 *
 * @param filter what must hold
 * @param only ids and host names that were listed; nobody else is looked for
 */
public record Search(Filter filter, Optional<Set<String>> only) {

    public Search {
        only = only.map(LinkedHashSet::new);
    }

    /** Whoever matches. */
    public static Search of(Filter filter) {
        return new Search(filter, Optional.empty());
    }

    /** The same among these. */
    public Search among(List<String> names) {
        return new Search(filter, Optional.of(new LinkedHashSet<>(names)));
    }

    /** The names that were typed, one way or the other. */
    public Set<String> named() {
        var named = new LinkedHashSet<>(only.orElse(Set.of()));
        filter.identities().stream()
                .map(String::strip)
                .filter(identity -> !identity.startsWith("/"))
                .forEach(named::add);
        return named;
    }

    /** Of those that match, the ones looked for: who left for good only by name. */
    public List<Target> pick(List<Target> matching) {
        var named = named();
        return matching.stream()
                .filter(target -> only.isEmpty() || calledOneOf(target, only.get()))
                .filter(t -> t.presence() != Presence.LEFT || calledOneOf(t, named))
                .toList();
    }

    /** Whether the typed names alone decide: who has one of them matches. */
    public boolean byNameAlone() {
        return filter.facts().isEmpty()
                && filter.classes().isEmpty()
                && filter.actions().isEmpty()
                && filter.mixed().isEmpty()
                && filter.expressions().isEmpty();
    }

    /** The typed names that none of these answers to. */
    public List<String> missing(List<Target> found) {
        var named = named();
        if (named.isEmpty()) {
            return List.of();
        }
        var answered = new HashSet<String>();
        found.forEach(target -> answered.addAll(target.names()));
        return named.stream().filter(name -> !answered.contains(name)).toList();
    }

    private static boolean calledOneOf(Target target, Set<String> names) {
        return target.names().stream().anyMatch(names::contains);
    }
}
