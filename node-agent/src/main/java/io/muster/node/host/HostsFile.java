package io.muster.node.host;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The text of {@code /etc/hosts}, as far as a host's own name is concerned: the line of address
 * 127.0.1.1, where Debian keeps it.
 */
final class HostsFile {
    private static final String OWN = "127.0.1.1";

    private HostsFile() {}

    /** The canonical name of the first line that has {@code label} for a name, if it is longer. */
    static Optional<String> qualified(String text, String label) {
        return text.lines()
                .map(HostsFile::words)
                .filter(words -> words.size() > 1 && words.contains(label))
                .map(words -> words.get(1))
                .filter(name -> name.startsWith(label + "."))
                .findFirst();
    }

    /** The canonical name of the line of 127.0.1.1. */
    static Optional<String> ownName(String text) {
        return text.lines()
                .map(HostsFile::words)
                .filter(words -> words.size() > 1 && words.getFirst().equals(OWN))
                .map(words -> words.get(1))
                .findFirst();
    }

    /**
     * The text with the host called {@code name}. Other lines stay as they are; so do further names
     * on the own line, except {@code former} ones. Doing it again changes nothing.
     */
    static String rename(String text, HostName name, String former) {
        var before = text.lines().toList();
        var lines = new ArrayList<>(before);
        var first = own(lines, 0);
        if (first < 0) {
            lines.add(afterLoopback(lines), line(name, Set.of(), ""));
        } else {
            var old = lines.get(first);
            lines.set(first, line(name, others(words(old), name, former), comment(old)));
            for (var more = own(lines, first + 1); more >= 0; more = own(lines, first + 1)) {
                lines.remove(more);
            }
        }
        return lines.equals(before) ? text : String.join("\n", lines) + "\n";
    }

    private static int own(List<String> lines, int from) {
        for (int i = from; i < lines.size(); i++) {
            var words = words(lines.get(i));
            if (!words.isEmpty() && words.getFirst().equals(OWN)) {
                return i;
            }
        }
        return -1;
    }

    private static int afterLoopback(List<String> lines) {
        for (int i = 0; i < lines.size(); i++) {
            var words = words(lines.get(i));
            if (!words.isEmpty() && words.getFirst().equals("127.0.0.1")) {
                return i + 1;
            }
        }
        return 0;
    }

    private static Set<String> others(List<String> words, HostName name, String former) {
        var others = new LinkedHashSet<>(words.subList(1, words.size()));
        if (words.size() > 1) {
            others.remove(HostName.label(words.get(1)));
            others.remove(words.get(1));
        }
        others.removeAll(List.of(former, HostName.label(former), name.value(), name.label()));
        return others;
    }

    private static String line(HostName name, Set<String> others, String comment) {
        var names = new LinkedHashSet<>(List.of(name.value()));
        names.add(name.label());
        names.addAll(others);
        return OWN + "\t" + String.join(" ", names) + comment;
    }

    private static String comment(String line) {
        var hash = line.indexOf('#');
        return hash < 0 ? "" : " " + line.substring(hash);
    }

    private static List<String> words(String line) {
        var hash = line.indexOf('#');
        var text = (hash < 0 ? line : line.substring(0, hash)).strip();
        return text.isEmpty() ? List.of() : List.of(text.split("[ \t]+", -1));
    }
}
