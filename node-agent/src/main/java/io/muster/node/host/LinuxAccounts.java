package io.muster.node.host;

import io.muster.exec.Command;
import io.muster.exec.CommandRunner;
import io.muster.exec.Result;
import io.muster.exec.Result.Ending;
import io.muster.message.Bytes;
import io.muster.message.Escape;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.random.RandomGenerator;

/**
 * The accounts of this Linux machine: read from its files, else asked of its name service; made
 * with the shadow suite's programs. They lock the files against each other and give up when they
 * find them locked: then they are tried again a few times, after pauses of random length.
 */
final class LinuxAccounts implements Accounts {
    /** useradd and groupadd: cannot lock or update passwd, group, subuid or subgid. */
    private static final Set<Integer> LOCKED = Set.of(1, 10, 16, 18);

    private static final int TRIES = 5;

    private final Tree tree;
    private final Passwd files;
    private final Tools tools;
    private final CommandRunner runner;
    private final RandomGenerator random;
    private final Duration pause;

    LinuxAccounts(
            Tree files, Tools tools, CommandRunner runner, RandomGenerator random, Duration pause) {
        tree = files;
        this.files = new Passwd(files);
        this.tools = tools;
        this.runner = runner;
        this.random = random;
        this.pause = pause;
    }

    @Override
    public Optional<User> user(String name) throws IOException {
        var local = files.users().stream().filter(user -> user.name().equals(name)).findFirst();
        return local.isPresent() ? local : asked("passwd", name).flatMap(Passwd::user);
    }

    @Override
    public Optional<User> user(long uid) throws IOException {
        var local = files.users().stream().filter(user -> user.uid() == uid).findFirst();
        return local.isPresent()
                ? local
                : asked("passwd", Long.toString(uid)).flatMap(Passwd::user);
    }

    @Override
    public Optional<Group> group(String name) throws IOException {
        var local = files.groups().stream().filter(group -> group.name().equals(name)).findFirst();
        return local.isPresent() ? local : asked("group", name).flatMap(Passwd::group);
    }

    @Override
    public Optional<Group> group(long gid) throws IOException {
        var local = files.groups().stream().filter(group -> group.gid() == gid).findFirst();
        return local.isPresent()
                ? local
                : asked("group", Long.toString(gid)).flatMap(Passwd::group);
    }

    @Override
    public List<String> shells() throws IOException {
        return files.shells();
    }

    @Override
    public void createGroup(String name) throws IOException {
        var result = insist(Command.of(tools.need("groupadd"), "--", name));
        if (group(name).isEmpty()) {
            throw new IOException("group " + name + " was not made: " + how("groupadd", result));
        }
    }

    @Override
    public void createUser(NewUser user) throws IOException {
        var arguments = new ArrayList<String>();
        arguments.addAll(List.of("--gid", user.group(), "--shell", user.shell()));
        arguments.addAll(List.of("--home-dir", user.home(), "--create-home"));
        arguments.addAll(List.of("--comment", user.comment()));
        user.uid().ifPresent(uid -> arguments.addAll(List.of("--uid", Long.toString(uid))));
        arguments.addAll(List.of("--", user.name()));
        var result = insist(Command.of(tools.need("useradd"), arguments.toArray(String[]::new)));
        var made = user(user.name());
        if (made.isEmpty()) {
            throw new IOException(
                    "user " + user.name() + " was not made: " + how("useradd", result));
        }
        if (!made.get().home().equals(user.home())
                || !made.get().shell().equals(user.shell())
                || user.uid().filter(uid -> uid != made.get().uid()).isPresent()) {
            throw new IOException(
                    "user " + user.name() + " was made otherwise than asked: " + made.get());
        }
        closeHome(user.home(), how("useradd", result));
    }

    /** What useradd makes is for everybody's eyes unless login.defs says otherwise. */
    private void closeHome(String home, String how) throws IOException {
        var end = home.lastIndexOf('/');
        try (var parent = tree.folder(home.substring(0, end))) {
            if (parent.status(home.substring(end + 1)).isEmpty()) {
                throw new IOException(home + " was not made: " + how);
            }
            parent.own(home.substring(end + 1), Modes.HOME, Optional.empty());
        }
    }

    @Override
    public SortedSet<String> memberships(String user) throws IOException {
        return files.memberships(user);
    }

    @Override
    public void setMemberships(String user, SortedSet<String> groups) throws IOException {
        var result =
                insist(
                        Command.of(
                                tools.need("usermod"),
                                "--groups",
                                String.join(",", groups),
                                "--",
                                user));
        if (!memberships(user).equals(groups)) {
            throw new IOException(
                    "the groups of " + user + " were not set: " + how("usermod", result));
        }
    }

    @Override
    public Optional<String> passwordHash(String user) throws IOException {
        return files.hash(user);
    }

    /** On standard input: what is among the arguments of a program, everybody can see. */
    @Override
    public void setPasswordHash(String user, String hash) throws IOException {
        var usual = Command.of(tools.need("chpasswd"), "--encrypted");
        var result =
                insist(
                        new Command(
                                usual.arguments(),
                                usual.environment(),
                                Bytes.utf8(user + ":" + hash + "\n"),
                                usual.limit(),
                                usual.outputLimit()));
        if (!passwordHash(user).equals(Optional.of(hash))) {
            throw new IOException(
                    "the password of " + user + " was not set: " + how("chpasswd", result));
        }
    }

    private Optional<String> asked(String database, String key) throws IOException {
        var getent = tools.find("getent");
        if (getent.isEmpty()) {
            return Optional.empty();
        }
        var result = runner.run(Command.of(getent.get(), database, key));
        return switch (result.ending()) {
            case Ending.Exited(int status) when status == 0 -> result.stdout().lines().findFirst();
            case Ending.Exited(int status) when status == 2 -> Optional.empty();
            case Ending.Exited _, Ending.TimedOut _, Ending.Stopped _, Ending.NotStarted _ ->
                    throw new IOException(
                            "cannot look up "
                                    + key
                                    + " in "
                                    + database
                                    + ": "
                                    + how("getent", result));
        };
    }

    private Result insist(Command command) throws IOException {
        var result = runner.run(command);
        for (int tried = 1; tried < TRIES && locked(result); tried++) {
            pause();
            result = runner.run(command);
        }
        return result;
    }

    private static boolean locked(Result result) {
        return result.ending() instanceof Ending.Exited(int status) && LOCKED.contains(status);
    }

    private void pause() throws IOException {
        try {
            Thread.sleep(pause.plusMillis(random.nextLong(pause.toMillis() + 1)));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped while waiting for the lock of /etc/passwd");
        }
    }

    static String how(String program, Result result) {
        var said = result.stderr().isBlank() ? result.stdout() : result.stderr();
        var line = said.lines().filter(text -> !text.isBlank()).findFirst().map(Escape::line);
        var end =
                switch (result.ending()) {
                    case Ending.Exited(int status) -> program + " ended with status " + status;
                    case Ending.TimedOut _ -> program + " took too long";
                    case Ending.Stopped _ -> program + " was stopped";
                    case Ending.NotStarted(String problem) ->
                            program + " did not start: " + Escape.line(problem);
                };
        return end + line.map(text -> ", " + text).orElse("");
    }
}
