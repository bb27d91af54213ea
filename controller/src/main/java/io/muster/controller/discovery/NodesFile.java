package io.muster.controller.discovery;

import io.muster.message.Escape;
import io.muster.message.MalformedException;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads a list of nodes: one id or host name a line, or several {@link Folded} into one word,
 * {@code #} begins a comment; lines of {@code /etc/hosts}, of which the first name counts; lines of
 * Puppet's lists of certificates; or JSON that names nodes, {@link NodesJson}, such as an earlier
 * muster printed, whole or in part.
 */
public final class NodesFile {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,251})");
    private static final Pattern HOSTS =
            Pattern.compile(
                    "([0-9]{1,3}(?:\\.[0-9]{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*)\\s+(\\S+).*");
    private static final Pattern NOT_A_NODE = Pattern.compile("127\\..*|::1|f[ef][0-9a-f]{2}::.*");
    private static final Pattern CERTIFICATE =
            Pattern.compile("([+-]?)\\s*\"?([^\\s\"]+)\"?\\s+\\(SHA[0-9]+\\)\\s.*");
    private static final Pattern TITLE = Pattern.compile("([A-Z][a-z]+) Certificates:");

    private NodesFile() {}

    /**
     * The names in the text, in order, none twice.
     *
     * @param source what to call the text in an error: a file name
     * @throws MalformedException naming the line that is no name of a node
     */
    public static List<String> read(String source, String text) {
        return read(source, text, Set.of());
    }

    /**
     * The names of those that ended in one of these states.
     *
     * @param states words as reports have them; none means all, with or without a state
     * @throws MalformedException likewise, or if the text has no states
     */
    public static List<String> read(String source, String text, Set<String> states) {
        var begin = text.stripLeading();
        if (begin.startsWith("{") || begin.startsWith("[")) {
            return new NodesJson(source, states).read(text);
        }
        if (!states.isEmpty()) {
            throw NodesJson.stateless(source);
        }
        return plain(source, text);
    }

    private static List<String> plain(String source, String text) {
        var names = new LinkedHashSet<String>();
        var number = 0;
        var revoked = false;
        for (var whole : text.lines().toList()) {
            number++;
            var comment = whole.indexOf('#');
            var line = (comment < 0 ? whole : whole.substring(0, comment)).strip();
            var title = TITLE.matcher(line);
            if (title.matches()) {
                revoked = title.group(1).equals("Revoked");
            } else if (!line.isEmpty() && !revoked) {
                var at = number;
                name(line).ifPresent(word -> names.addAll(checkedAll(source, at, word)));
            }
        }
        return List.copyOf(names);
    }

    /** The name in the line, if it is to be one; nothing for what is known to be no node. */
    private static Optional<String> name(String line) {
        var hosts = HOSTS.matcher(line);
        if (hosts.matches()) {
            return NOT_A_NODE.matcher(hosts.group(1)).matches()
                    ? Optional.empty()
                    : Optional.of(hosts.group(2));
        }
        var certificate = CERTIFICATE.matcher(line);
        if (certificate.matches()) {
            return certificate.group(1).equals("-")
                    ? Optional.empty()
                    : Optional.of(certificate.group(2));
        }
        return Optional.of(line);
    }

    private static List<String> checkedAll(String source, int number, String word) {
        List<String> names;
        try {
            names = Folded.names(word);
        } catch (MalformedException e) {
            throw new MalformedException(source + ": line " + number + ": " + e.problem(), e);
        }
        return names.stream().map(name -> checked(source, number, name)).toList();
    }

    /** The name, if it can be one. */
    static String checked(String source, int number, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new MalformedException(
                    source
                            + ": line "
                            + number
                            + ": not the id or host name of a node: "
                            + Escape.quoted(name)
                            + "; a list of nodes has a name a line, lines of a hosts file, or JSON"
                            + " that muster printed");
        }
        return name;
    }
}
