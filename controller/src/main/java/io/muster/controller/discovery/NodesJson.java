package io.muster.controller.discovery;

import io.muster.message.Escape;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.message.Value.Text;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the nodes in JSON: what muster printed with {@code --output json} or {@code jsonl}, whole
 * or in part, and lists of texts or of objects with {@code id}, {@code name}, {@code certname},
 * {@code sender} or {@code node}, as PuppetDB and mcollective print them.
 */
final class NodesJson {
    private static final Set<String> NODE =
            Set.of("discovered", "reply", "renamed", "inventory", "explain", "cancel", "queued");
    private static final List<String> NAMES = List.of("id", "name", "certname", "sender", "node");

    private final String source;
    private final Set<String> states;
    private final LinkedHashSet<String> names = new LinkedHashSet<>();
    private boolean stated;

    /**
     * @param states that are wanted; none means all, with or without a state
     */
    NodesJson(String source, Set<String> states) {
        this.source = source;
        this.states = Set.copyOf(states);
    }

    /** A text without states, where some are wanted. */
    static MalformedException stateless(String source) {
        return new MalformedException(
                source
                        + ": says of no node how it ended; what `muster run --output json` or jsonl"
                        + " printed does");
    }

    /** The names in the text, in order, none twice. */
    List<String> read(String text) {
        if (text.stripLeading().startsWith("[")) {
            items(object(1, "{\"nodes\":" + text + "}"), "nodes").forEach(node -> node(1, node));
        } else {
            whole(text).ifPresentOrElse(this::document, () -> lines(text));
        }
        if (!states.isEmpty() && !stated) {
            throw stateless(source);
        }
        return List.copyOf(names);
    }

    /** The text as one document, unless it is several, a line each. */
    private Optional<Fields> whole(String text) {
        try {
            return Optional.of(Json.readLocal(text));
        } catch (MalformedException e) {
            if (text.strip().indexOf('\n') < 0) {
                throw new MalformedException(source + ": " + e.problem(), e);
            }
            return Optional.empty();
        }
    }

    private void document(Fields document) {
        if (document.member("values").isPresent()) {
            items(document, "values").forEach(group -> nodes(1, group));
        } else if (document.member("kind").isPresent()) {
            line(1, document);
        } else if (document.member("nodes").isPresent()) {
            nodes(1, document);
        } else if (document.member("preview").orElse(Value.of("")) instanceof Fields preview) {
            preview(1, preview);
        } else if (document.member("replies").isPresent()) {
            items(document, "replies").forEach(reply -> node(1, reply));
        } else {
            node(1, document);
        }
    }

    private void lines(String text) {
        var lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                line(i + 1, object(i + 1, lines.get(i)));
            }
        }
    }

    /** The nodes that a line is about, by its kind; without one, it must name a node. */
    private void line(int number, Fields line) {
        var kind = line.member("kind").map(Value::toString).orElse("reply");
        switch (kind) {
            case "progress", "output" -> {}
            case "numbers" -> items(line, "farOut").forEach(node -> node(number, node));
            case "summary" -> {
                if (line.member("silent").isPresent()) {
                    items(line, "silent").forEach(node -> node(number, node));
                }
            }
            case "value" -> nodes(number, line);
            case "preview" -> preview(number, line);
            default -> {
                if (!NODE.contains(kind)) {
                    throw malformed(number, "no node in the kind " + Escape.quoted(kind));
                }
                node(number, line);
            }
        }
    }

    /** Who would be sent to, in that order, and who is away. */
    private void preview(int number, Fields preview) {
        items(preview, "batches").forEach(batch -> nodes(number, batch));
        items(preview, "offline").forEach(node -> node(number, node));
    }

    /** The nodes that an object lists. */
    private void nodes(int number, Value group) {
        if (!(group instanceof Fields fields)) {
            throw malformed(number, "not an object with nodes");
        }
        items(fields, "nodes").forEach(node -> node(number, node));
    }

    private void node(int number, Value node) {
        if (wanted(node)) {
            names.add(NodesFile.checked(source, number, name(number, node)));
        }
    }

    private boolean wanted(Value node) {
        if (states.isEmpty()) {
            return true;
        }
        if (node instanceof Fields fields
                && fields.member("state").isPresent()
                && fields.member("state").get() instanceof Text(String state)) {
            stated = true;
            return states.contains(state);
        }
        return false;
    }

    private String name(int number, Value node) {
        if (node instanceof Text(String text)) {
            return text;
        }
        if (node instanceof Fields fields) {
            for (var member : NAMES) {
                if (fields.member(member).orElse(new Value.Nothing())
                        instanceof Text(String text)) {
                    return text;
                }
            }
        }
        throw malformed(number, "an object with neither id nor name of a node");
    }

    private List<Value> items(Fields fields, String member) {
        if (fields.member(member).orElse(Value.of("")) instanceof Items(List<Value> items)) {
            return items;
        }
        throw new MalformedException(source + ": " + member + " is not a list");
    }

    private Fields object(int number, String line) {
        try {
            return Json.readLocal(line);
        } catch (MalformedException e) {
            throw new MalformedException(source + ": line " + number + ": " + e.problem(), e);
        }
    }

    private MalformedException malformed(int number, String problem) {
        return new MalformedException(source + ": line " + number + ": " + problem);
    }
}
