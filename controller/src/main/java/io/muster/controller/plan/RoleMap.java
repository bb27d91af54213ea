package io.muster.controller.plan;

import io.muster.message.Escape;
import io.muster.message.MalformedException;
import io.muster.message.Nearest;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Which names a site has, by what the machines are there for. No name has two roles.
 *
 * @param roles host names of each role; both in the order of the plan
 */
public record RoleMap(SequencedMap<String, List<String>> roles) {

    public RoleMap {
        var copy = new LinkedHashMap<String, List<String>>();
        roles.forEach((role, names) -> copy.put(role, List.copyOf(names)));
        roles = Collections.unmodifiableSequencedMap(copy);
    }

    /**
     * The names of these roles, in the order of the plan.
     *
     * @param wanted names of roles; none means all
     * @throws MalformedException naming a role that the site does not have
     */
    public List<String> names(Collection<String> wanted) {
        for (var role : wanted) {
            if (!roles.containsKey(role)) {
                throw new MalformedException(
                        "no role "
                                + Escape.quoted(role)
                                + "; there are "
                                + String.join(", ", roles.keySet())
                                + Nearest.hint(role, roles.keySet()));
            }
        }
        var names = new LinkedHashSet<String>();
        for (Map.Entry<String, List<String>> role : roles.entrySet()) {
            if (wanted.isEmpty() || wanted.contains(role.getKey())) {
                names.addAll(role.getValue());
            }
        }
        return List.copyOf(names);
    }
}
