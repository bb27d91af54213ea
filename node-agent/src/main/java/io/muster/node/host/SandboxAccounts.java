package io.muster.node.host;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The accounts of a machine that a directory plays: lines in its own files, and no more. */
final class SandboxAccounts implements Accounts {
    private static final long FIRST = 1000;

    private final Tree files;
    private final Passwd passwd;
    private final ReentrantLock changing = new ReentrantLock();

    SandboxAccounts(Tree files) {
        this.files = files;
        passwd = new Passwd(files);
    }

    @Override
    public Optional<User> user(String name) throws IOException {
        return passwd.users().stream().filter(user -> user.name().equals(name)).findFirst();
    }

    @Override
    public Optional<User> user(long uid) throws IOException {
        return passwd.users().stream().filter(user -> user.uid() == uid).findFirst();
    }

    @Override
    public Optional<Group> group(String name) throws IOException {
        return passwd.groups().stream().filter(group -> group.name().equals(name)).findFirst();
    }

    @Override
    public Optional<Group> group(long gid) throws IOException {
        return passwd.groups().stream().filter(group -> group.gid() == gid).findFirst();
    }

    @Override
    public List<String> shells() throws IOException {
        return passwd.shells();
    }

    @Override
    public SortedSet<String> memberships(String user) throws IOException {
        return passwd.memberships(user);
    }

    @Override
    public void createGroup(String name) throws IOException {
        changing.lock();
        try {
            if (group(name).isPresent()) {
                throw new IOException("group " + name + " exists");
            }
            var gid = free(passwd.groups().stream().map(Group::gid));
            append(Passwd.GROUPS, List.of(name, "x", Long.toString(gid), ""));
        } finally {
            changing.unlock();
        }
    }

    @Override
    public void createUser(NewUser user) throws IOException {
        changing.lock();
        try {
            var group =
                    group(user.group())
                            .orElseThrow(() -> new IOException("no group " + user.group()));
            if (user(user.name()).isPresent()) {
                throw new IOException("user " + user.name() + " exists");
            }
            var uid = user.uid().orElse(free(passwd.users().stream().map(User::uid)));
            if (user(uid).isPresent()) {
                throw new IOException("uid " + uid + " is taken");
            }
            makeHome(user.home());
            append(
                    Passwd.USERS,
                    List.of(
                            user.name(),
                            "x",
                            Long.toString(uid),
                            Long.toString(group.gid()),
                            user.comment(),
                            user.home(),
                            user.shell()));
        } finally {
            changing.unlock();
        }
    }

    @Override
    public void setMemberships(String user, SortedSet<String> groups) throws IOException {
        changing.lock();
        try {
            var lines = new ArrayList<String>();
            for (var group : passwd.groups()) {
                var members = new ArrayList<>(group.members());
                members.remove(user);
                if (groups.contains(group.name())) {
                    members.add(user);
                }
                lines.add(
                        line(
                                List.of(
                                        group.name(),
                                        "x",
                                        Long.toString(group.gid()),
                                        String.join(",", members))));
            }
            files.replace(Passwd.GROUPS, String.join("", lines));
        } finally {
            changing.unlock();
        }
    }

    @Override
    public Optional<String> passwordHash(String user) throws IOException {
        return passwd.hash(user);
    }

    @Override
    public void setPasswordHash(String user, String hash) throws IOException {
        changing.lock();
        try {
            if (user(user).isEmpty()) {
                throw new IOException("no user " + user);
            }
            var others =
                    files.read(Passwd.SHADOW)
                            .orElse("")
                            .lines()
                            .filter(line -> !line.startsWith(user + ":"))
                            .map(line -> line + "\n")
                            .collect(Collectors.joining());
            var mine = line(List.of(user, hash, "", "0", "99999", "7", "", "", ""));
            try (var folder = files.folder("/etc")) {
                folder.replace("shadow", others + mine, Modes.PRIVATE_FILE, Optional.empty());
            }
        } finally {
            changing.unlock();
        }
    }

    private void makeHome(String home) throws IOException {
        var end = home.lastIndexOf('/');
        files.makeFolders(home.substring(0, end));
        try (var parent = files.folder(home.substring(0, end))) {
            parent.makeChild(home.substring(end + 1), Modes.HOME).close();
        }
    }

    private void append(String file, List<String> fields) throws IOException {
        files.replace(file, files.read(file).orElse("") + line(fields));
    }

    private static String line(List<String> fields) {
        return fields.stream().map(SandboxAccounts::clean).collect(Collectors.joining(":")) + "\n";
    }

    private static String clean(String field) {
        if (field.chars().anyMatch(c -> c == ':' || c == '\n' || c == '\r')) {
            throw new IllegalArgumentException("a field with a colon or a line break");
        }
        return field;
    }

    private static long free(Stream<Long> taken) {
        return Math.max(
                FIRST, taken.filter(id -> id < 60_000).mapToLong(id -> id + 1).max().orElse(FIRST));
    }
}
