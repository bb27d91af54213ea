package io.muster.node.action;

import io.muster.action.ActionSpec;
import io.muster.message.ActionName;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The actions of this node, by name: a name from the network finds an action here, or nothing.
 * Built-in ones cannot be replaced. Thread-safe.
 */
public final class Actions {
    private final Map<ActionName, Action> builtIn = new TreeMap<>();
    private final ExternalActions external;

    /** These, and what is dropped in. */
    public Actions(List<Action> builtIn, ExternalActions external) {
        builtIn.forEach(action -> this.builtIn.put(action.spec().name(), action));
        this.external = external;
    }

    /**
     * The actions that every node has.
     *
     * @param puppet the absolute path of the Puppet program, if it is not at a usual place
     */
    public static List<Action> builtIn(Optional<String> puppet) {
        return builtIn(puppet, Set.of());
    }

    /**
     * The actions that every node has.
     *
     * @param puppet the absolute path of the Puppet program, if it is not at a usual place
     * @param userGroups the privileged groups, such as sudo, that a user may be given
     */
    public static List<Action> builtIn(Optional<String> puppet, Set<String> userGroups) {
        var all = new ArrayList<Action>(NodeActions.all());
        all.add(new UserActions(userGroups).ensure());
        all.add(new PuppetActions(puppet).run());
        all.add(CommandActions.run());
        return List.copyOf(all);
    }

    /** These, and more that cannot be replaced. */
    public Actions with(List<Action> more) {
        return new Actions(
                Stream.concat(builtIn.values().stream(), more.stream()).toList(), external);
    }

    /** The action of that name. */
    public Optional<Action> find(ActionName name) {
        return Optional.ofNullable(builtIn.get(name))
                .or(() -> Optional.ofNullable(external.current().actions().get(name)));
    }

    /** Whether every node has it, and no program that was dropped in. */
    public boolean builtIn(ActionName name) {
        return builtIn.containsKey(name);
    }

    /** All specs, in order of their names. */
    public List<ActionSpec> specs() {
        return Stream.concat(
                        builtIn.values().stream(),
                        external.current().actions().values().stream()
                                .filter(action -> !builtIn.containsKey(action.spec().name())))
                .map(Action::spec)
                .sorted((one, other) -> one.name().compareTo(other.name()))
                .toList();
    }

    /** All names, in order. */
    public SortedSet<ActionName> names() {
        var names = new TreeSet<>(builtIn.keySet());
        names.addAll(external.current().actions().keySet());
        return names;
    }

    /** What was dropped in and cannot be used, a line each, for people. */
    public List<String> problems() {
        var current = external.current();
        var problems = new ArrayList<>(current.problems());
        current.actions().keySet().stream()
                .filter(builtIn::containsKey)
                .forEach(name -> problems.add(name + ": a built-in action has this name"));
        return problems;
    }
}
