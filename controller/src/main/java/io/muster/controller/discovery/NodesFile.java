package io.muster.controller.discovery;

import io.muster.message.Escape;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.message.Value.Text;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads a list of nodes: one id or host name a line, {@code #} begins a comment; or what an earlier
 * muster printed with {@code --output json} or {@code jsonl}, whole or in part.
 */
public final class NodesFile {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,251})");
    private static final Set<String> NODE = Set.of("discovered", "reply", "renamed", "inventory");
    private static final Set<String> NO_NODE = Set.of("progress", "summary");

    private NodesFile() {}

    /**
     * The names in the text, in order, none twice.
     *
     * @param source what to call the text in an error: a file name
     * @throws MalformedException naming the line that is no name of a node
     */
    public static List<String> read(String source, String text) {
        if (!text.stripLeading().startsWith("{")) {
            return plain(source, text);
        }
        var document = whole(source, text);
        return document.isPresent() ? document(source, document.get()) : lines(source, text);
    }

    private static List<String> plain(String source, String text) {
        var names = new LinkedHashSet<String>();
        var number = 0;
        for (var line : text.lines().toList()) {
            number++;
            var comment = line.indexOf('#');
            var name = (comment < 0 ? line : line.substring(0, comment)).strip();
            if (!name.isEmpty()) {
                names.add(checked(source, number, name));
            }
        }
        return List.copyOf(names);
    }

    /** The text as one document, unless it is several, a line each. */
    private static Optional<Fields> whole(String source, String text) {
        try {
            return Optional.of(Json.readLocal(text));
        } catch (MalformedException e) {
            if (text.strip().indexOf('\n') < 0) {
                throw new MalformedException(source + ": " + e.problem(), e);
            }
            return Optional.empty();
        }
    }

    private static List<String> document(String source, Fields document) {
        var names = new LinkedHashSet<String>();
        if (document.member("values").isPresent()) {
            for (var group : items(source, document, "values")) {
                names.addAll(names(source, 1, group));
            }
        } else if (document.member("kind").isPresent()) {
            names.addAll(line(source, 1, document));
        } else if (document.member("nodes").isPresent()) {
            names.addAll(names(source, 1, document));
        } else {
            names.add(name(source, 1, document));
        }
        return List.copyOf(names);
    }

    private static List<Value> items(String source, Fields fields, String member) {
        if (fields.member(member).orElse(Value.of("")) instanceof Items(List<Value> items)) {
            return items;
        }
        throw new MalformedException(source + ": " + member + " is not a list");
    }

    /** The nodes that an object lists. */
    private static List<String> names(String source, int number, Value group) {
        if (!(group instanceof Fields fields)) {
            throw new MalformedException(
                    source + ": line " + number + ": not an object with nodes");
        }
        return items(source, fields, "nodes").stream()
                .map(node -> name(source, number, node))
                .toList();
    }

    private static List<String> lines(String source, String text) {
        var names = new LinkedHashSet<String>();
        var lines = new ArrayList<>(text.lines().toList());
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                names.addAll(line(source, i + 1, object(source, i + 1, lines.get(i))));
            }
        }
        return List.copyOf(names);
    }

    /** The nodes that a line is about, by its kind; without one, it must name a node. */
    private static List<String> line(String source, int number, Fields line) {
        var kind = line.member("kind").map(Value::toString).orElse("reply");
        if (NO_NODE.contains(kind)) {
            return List.of();
        }
        if (kind.equals("value")) {
            return names(source, number, line);
        }
        if (NODE.contains(kind)) {
            return List.of(name(source, number, line));
        }
        throw new MalformedException(
                source + ": line " + number + ": no node in the kind " + Escape.quoted(kind));
    }

    private static Fields object(String source, int number, String line) {
        try {
            return Json.readLocal(line);
        } catch (MalformedException e) {
            throw new MalformedException(source + ": line " + number + ": " + e.problem(), e);
        }
    }

    private static String name(String source, int number, Value node) {
        if (node instanceof Text(String text)) {
            return checked(source, number, text);
        }
        if (node instanceof Fields fields) {
            var id = fields.member("id").or(() -> fields.member("name"));
            if (id.isPresent() && id.get() instanceof Text(String text)) {
                return checked(source, number, text);
            }
        }
        throw new MalformedException(
                source + ": line " + number + ": an object with neither id nor name of a node");
    }

    private static String checked(String source, int number, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new MalformedException(
                    source
                            + ": line "
                            + number
                            + ": not the id or host name of a node: "
                            + Escape.quoted(name));
        }
        return name;
    }
}
