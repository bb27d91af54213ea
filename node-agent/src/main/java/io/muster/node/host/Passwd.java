package io.muster.node.host;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Reads the files that hold users, groups, password hashes and shells: passwd(5), group(5),
 * shadow(5), shells(5).
 */
final class Passwd {
    static final String USERS = "/etc/passwd";
    static final String GROUPS = "/etc/group";
    static final String SHADOW = "/etc/shadow";
    private static final String SHELLS = "/etc/shells";

    private final Tree files;

    Passwd(Tree files) {
        this.files = files;
    }

    List<User> users() throws IOException {
        return lines(USERS).flatMap(line -> user(line).stream()).toList();
    }

    List<Group> groups() throws IOException {
        return lines(GROUPS).flatMap(line -> group(line).stream()).toList();
    }

    SortedSet<String> memberships(String user) throws IOException {
        var names = new TreeSet<String>();
        for (var group : groups()) {
            if (group.members().contains(user)) {
                names.add(group.name());
            }
        }
        return names;
    }

    /** The hash of that user's password; empty if there is none, or it is locked. */
    Optional<String> hash(String user) throws IOException {
        return lines(SHADOW)
                .map(line -> line.split(":", -1))
                .filter(parts -> parts.length > 1 && parts[0].equals(user))
                .map(parts -> parts[1])
                .filter(hash -> hash.startsWith("$"))
                .findFirst();
    }

    List<String> shells() throws IOException {
        return lines(SHELLS).map(String::strip).filter(line -> line.startsWith("/")).toList();
    }

    /** Takes a line of passwd(5) apart; empty if it is not one. */
    static Optional<User> user(String line) {
        var parts = line.split(":", -1);
        var uid = parts.length == 7 ? number(parts[2]) : Optional.<Long>empty();
        var gid = parts.length == 7 ? number(parts[3]) : Optional.<Long>empty();
        return uid.isEmpty() || gid.isEmpty() || parts[0].isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new User(
                                parts[0],
                                uid.get(),
                                gid.get(),
                                parts[4],
                                parts[5],
                                parts[6].isEmpty() ? "/bin/sh" : parts[6]));
    }

    /** Takes a line of group(5) apart; empty if it is not one. */
    static Optional<Group> group(String line) {
        var parts = line.split(":", -1);
        var gid = parts.length == 4 ? number(parts[2]) : Optional.<Long>empty();
        return gid.isEmpty() || parts[0].isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Group(
                                parts[0],
                                gid.get(),
                                parts[3].isEmpty() ? List.of() : List.of(parts[3].split(",", -1))));
    }

    private Stream<String> lines(String file) throws IOException {
        return files.read(file).orElse("").lines();
    }

    private static Optional<Long> number(String text) {
        if (text.isEmpty()
                || text.length() > 10
                || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.empty();
        }
        return Optional.of(Long.parseLong(text));
    }
}
