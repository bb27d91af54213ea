package io.muster.controller.plan;

import io.muster.controller.discovery.Folded;
import io.muster.message.Escape;
import io.muster.message.MalformedException;
import io.muster.message.Nearest;

import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads a plan, which is YAML (1.1, as the library has it), and strictly: a key that is not known
 * is an error, a key that comes twice is one, and whoever mistyped several things is told of all of
 * them at once.
 *
 * <pre>
 * plan: mail site
 * roles:
 *   mail:
 *     names: [mail01.example, mail02.example]
 *   web:
 *     names: web[01-12].example
 * </pre>
 */
public final class PlanFile {
    private static final int MOST_TOLD = 20;
    private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9-]{0,62}");
    private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";

    /** RFC 1123, 2.1. */
    private static final Pattern NAME =
            Pattern.compile("(?=.{1,253}$)" + LABEL + "(?:\\." + LABEL + ")*");

    private final String source;
    private final List<String> problems = new ArrayList<>();
    private final Map<String, String> roleOf = new TreeMap<>();

    private PlanFile(String source) {
        this.source = source;
    }

    /**
     * The roles and names in the text.
     *
     * @param source what to call the text in an error: a file name
     * @throws MalformedException with a line for each thing that is wrong, at most 20 of them, each
     *     with line and column
     */
    public static RoleMap read(String source, String text) {
        var file = new PlanFile(source);
        var roles = file.plan(file.root(text));
        if (!file.problems.isEmpty()) {
            throw new MalformedException(
                    file.problems.stream().limit(MOST_TOLD).collect(Collectors.joining("\n"))
                            + (file.problems.size() > MOST_TOLD
                                    ? "\n"
                                            + source
                                            + ": and "
                                            + (file.problems.size() - MOST_TOLD)
                                            + " more"
                                    : ""));
        }
        return new RoleMap(roles);
    }

    private Node root(String text) {
        try {
            var root =
                    Optional.ofNullable(
                            new Yaml(new LoaderOptions()).compose(new StringReader(text)));
            return root.orElseThrow(
                    () -> new MalformedException(source + ": is empty; a plan has plan and roles"));
        } catch (MarkedYAMLException e) {
            var what =
                    e.getContext() == null
                            ? e.getProblem()
                            : e.getContext() + ", " + e.getProblem();
            throw new MalformedException(
                    place(Optional.ofNullable(e.getProblemMark()))
                            + "not YAML: "
                            + Escape.line(what),
                    e);
        } catch (YAMLException e) {
            throw new MalformedException(
                    source + ": not YAML: " + Escape.line(String.valueOf(e.getMessage())), e);
        }
    }

    private SequencedMap<String, List<String>> plan(Node root) {
        var members = members(root, "a plan", Set.of("plan", "roles"));
        if (!(root instanceof MappingNode)) {
            return new LinkedHashMap<>();
        }
        Optional.ofNullable(members.get("plan"))
                .ifPresentOrElse(
                        this::title, () -> wrong(root, "no plan: what the plan is called"));
        var roles = Optional.ofNullable(members.get("roles"));
        if (roles.isEmpty()) {
            wrong(root, "no roles: which names the site has");
        }
        return roles.map(this::roles).orElseGet(LinkedHashMap::new);
    }

    private void title(Node title) {
        if (!(title instanceof ScalarNode scalar) || scalar.getValue().isBlank()) {
            wrong(title, "plan is what the plan is called, a line of text");
        }
    }

    private SequencedMap<String, List<String>> roles(Node node) {
        var roles = new LinkedHashMap<String, List<String>>();
        members(node, "roles", Set.of())
                .forEach(
                        (role, described) -> {
                            if (!WORD.matcher(role).matches()) {
                                wrong(
                                        described,
                                        "a role is called by small letters, digits and dashes: "
                                                + Escape.quoted(role));
                            }
                            roles.put(role, role(role, described));
                        });
        if (roles.isEmpty() && node instanceof MappingNode) {
            wrong(node, "roles has none");
        }
        return roles;
    }

    private List<String> role(String role, Node node) {
        var members = members(node, "role " + Escape.line(role), Set.of("names"));
        var names = Optional.ofNullable(members.get("names"));
        if (names.isEmpty() && node instanceof MappingNode) {
            wrong(node, "role " + Escape.line(role) + " has no names");
        }
        return names.map(given -> names(role, given)).orElse(List.of());
    }

    private List<String> names(String role, Node node) {
        var names = new ArrayList<String>();
        switch (node) {
            case ScalarNode word -> names.addAll(names(role, word));
            case SequenceNode list -> {
                for (var item : list.getValue()) {
                    if (item instanceof ScalarNode word) {
                        names.addAll(names(role, word));
                    } else {
                        wrong(item, "not a host name");
                    }
                }
                if (list.getValue().isEmpty()) {
                    wrong(node, "names has none");
                }
            }
            default -> wrong(node, "names is a host name or a list of them");
        }
        return names;
    }

    private List<String> names(String role, ScalarNode word) {
        List<String> names;
        try {
            names = Folded.names(word.getValue());
        } catch (MalformedException e) {
            wrong(word, e.problem());
            return List.of();
        }
        for (var name : names) {
            if (!NAME.matcher(name).matches()) {
                wrong(word, "not a host name: " + Escape.quoted(name));
                return List.of();
            }
            var other = roleOf.putIfAbsent(name, role);
            if (other != null) {
                wrong(word, name + " comes a second time; it is in role " + Escape.line(other));
            }
        }
        return names;
    }

    /**
     * The members of a mapping by their keys.
     *
     * @param known the keys it may have; empty: any
     */
    private Map<String, Node> members(Node node, String what, Set<String> known) {
        var members = new LinkedHashMap<String, Node>();
        if (!(node instanceof MappingNode mapping)) {
            wrong(node, what + " is a mapping, `key: value`");
            return members;
        }
        for (var member : mapping.getValue()) {
            var key = member.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
            if (!known.isEmpty() && !known.contains(key)) {
                wrong(
                        member.getKeyNode(),
                        what + " has no " + Escape.quoted(key) + Nearest.hint(key, known));
            } else if (members.putIfAbsent(key, member.getValueNode()) != null) {
                wrong(member.getKeyNode(), Escape.quoted(key) + " comes a second time");
            }
        }
        return members;
    }

    private void wrong(Node node, String problem) {
        problems.add(place(Optional.of(node.getStartMark())) + problem);
    }

    private String place(Optional<Mark> mark) {
        return source
                + ":"
                + mark.map(at -> (at.getLine() + 1) + ":" + (at.getColumn() + 1) + ":").orElse("")
                + " ";
    }
}
