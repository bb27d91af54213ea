package io.muster.controller.cli;

import io.muster.message.Escape;
import io.muster.message.MalformedException;
import io.muster.message.Value;
import io.muster.message.Value.Decimal;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.message.Value.Nothing;
import io.muster.message.Value.Truth;
import io.muster.message.Value.Whole;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads the part of YAML 1.2 in which tools print facts: maps and lists by indentation, plain and
 * quoted scalars on one line, comments. Everything else (anchors, tags, flow style, blocks of text,
 * several documents) is refused, never guessed. Used once, by one thread.
 */
final class PlainYaml {
    private static final Pattern KEY =
            Pattern.compile(
                    "(\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^']|'')*'|[^\\s\"'#&*!|>%@`,\\[\\]{}-][^:#]*?)"
                            + "\\s*:(?:\\s+(.*))?");
    private static final Pattern WHOLE = Pattern.compile("[-+]?(0|[1-9][0-9]{0,17})");
    private static final Pattern DECIMAL = Pattern.compile("[-+]?[0-9]{1,20}\\.[0-9]{1,20}");
    private static final String REFUSED = "&*!|>%@`{[,?";

    private final List<Line> lines = new ArrayList<>();
    private int at;

    private record Line(int number, int indent, String text) {}

    PlainYaml(String text) {
        var number = 0;
        for (var line : text.lines().toList()) {
            number++;
            var content = uncommented(line).stripTrailing();
            var indent = content.length() - content.stripLeading().length();
            if (content.substring(0, indent).indexOf('\t') >= 0) {
                throw new MalformedException("line " + number + ": indented with a tab");
            }
            if (!content.isBlank() && !(lines.isEmpty() && content.equals("---"))) {
                lines.add(new Line(number, indent, content.strip()));
            }
        }
    }

    /**
     * The map it is.
     *
     * @throws MalformedException naming the line that is not in this part of YAML
     */
    Fields read() {
        if (lines.isEmpty()) {
            return Fields.EMPTY;
        }
        if (lines.getFirst().text().startsWith("- ")) {
            throw problem(lines.getFirst(), "a list, not names and values");
        }
        var fields = map(lines.getFirst().indent());
        if (at < lines.size()) {
            throw problem(lines.get(at), "indented unlike what it belongs to");
        }
        return fields;
    }

    private Fields map(int indent) {
        var members = new LinkedHashMap<String, Value>();
        while (at < lines.size() && lines.get(at).indent() == indent) {
            var line = lines.get(at);
            var parts = KEY.matcher(line.text());
            if (!parts.matches()) {
                throw problem(line, "not name: value: " + Escape.quoted(line.text()));
            }
            at++;
            var name = scalar(line, parts.group(1)).toString();
            var rest = parts.group(2) == null ? "" : parts.group(2);
            if (members.put(name, value(line, rest, indent)) != null) {
                throw problem(line, Escape.quoted(name) + " again");
            }
        }
        return new Fields(members);
    }

    private Value value(Line line, String rest, int indent) {
        if (!rest.isEmpty()) {
            return scalar(line, rest);
        }
        if (at == lines.size()) {
            return new Nothing();
        }
        var next = lines.get(at);
        var item = next.text().equals("-") || next.text().startsWith("- ");
        if (item && next.indent() >= indent) {
            return list(next.indent());
        }
        return next.indent() > indent ? map(next.indent()) : new Nothing();
    }

    private Items list(int indent) {
        var items = new ArrayList<Value>();
        while (at < lines.size()
                && lines.get(at).indent() == indent
                && lines.get(at).text().startsWith("-")) {
            var line = lines.get(at);
            var rest = line.text().substring(1).strip();
            if (KEY.matcher(rest).matches() && !rest.startsWith("\"") && !rest.startsWith("'")) {
                var inner = indent + line.text().length() - rest.length();
                lines.set(at, new Line(line.number(), inner, rest));
                items.add(map(inner));
            } else {
                at++;
                items.add(rest.isEmpty() ? value(line, rest, indent + 1) : scalar(line, rest));
            }
        }
        return new Items(items);
    }

    private static Value scalar(Line line, String text) {
        if (text.startsWith("\"") || text.startsWith("'")) {
            return Value.of(unquoted(line, text));
        }
        if (text.equals("[]")) {
            return new Items(List.of());
        }
        if (text.equals("{}")) {
            return Fields.EMPTY;
        }
        if (REFUSED.indexOf(text.charAt(0)) >= 0 || text.contains(": ")) {
            throw problem(line, "YAML of a kind that is not read here: " + Escape.quoted(text));
        }
        return plain(text);
    }

    private static Value plain(String text) {
        return switch (text) {
            case "true", "True", "TRUE" -> new Truth(true);
            case "false", "False", "FALSE" -> new Truth(false);
            case "null", "Null", "NULL", "~" -> new Nothing();
            default -> number(text);
        };
    }

    private static Value number(String text) {
        if (WHOLE.matcher(text).matches()) {
            return new Whole(Long.parseLong(text));
        }
        return DECIMAL.matcher(text).matches() ? new Decimal(new BigDecimal(text)) : Value.of(text);
    }

    private static String unquoted(Line line, String text) {
        var quote = text.charAt(0);
        if (text.length() < 2 || text.charAt(text.length() - 1) != quote) {
            throw problem(line, "a quote that does not end on the line");
        }
        var inner = text.substring(1, text.length() - 1);
        if (quote == '\'') {
            return inner.replace("''", "'");
        }
        if (inner.replace("\\\\", "").replace("\\\"", "").indexOf('\\') >= 0) {
            throw problem(line, "an escape that is not read here: " + Escape.quoted(text));
        }
        return inner.replace("\\\"", "\"").replace("\\\\", "\\");
    }

    /** The line up to a comment: a hash at its beginning or after a blank, outside quotes. */
    private static String uncommented(String line) {
        var quote = ' ';
        for (int i = 0; i < line.length(); i++) {
            var c = line.charAt(i);
            if (quote != ' ') {
                quote = c == quote && line.charAt(i - 1) != '\\' ? ' ' : quote;
            } else if ((c == '"' || c == '\'') && opens(line, i)) {
                quote = c;
            } else if (c == '#' && (i == 0 || line.charAt(i - 1) == ' ')) {
                return line.substring(0, i);
            }
        }
        return line;
    }

    /** A quote opens only where a scalar begins. */
    private static boolean opens(String line, int at) {
        var before = line.substring(0, at).stripTrailing();
        return before.isEmpty() || before.endsWith(":") || before.endsWith("-");
    }

    private static MalformedException problem(Line line, String problem) {
        return new MalformedException("line " + line.number() + ": " + problem);
    }
}
