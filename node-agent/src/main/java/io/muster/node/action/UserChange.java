package io.muster.node.action;

import io.muster.node.host.Accounts;
import io.muster.node.host.Group;
import io.muster.node.host.Host;
import io.muster.node.host.NewUser;
import io.muster.node.host.User;
import io.muster.security.PasswordHash;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/** What lies between a machine and a user as wanted. Used once, by one thread. */
final class UserChange {
    /** Below are the system's own. */
    private static final long FIRST_UID = 1000;

    /** From here on are nobody's, and those that systemd makes up. */
    private static final long LAST_UID = 60_000;

    private final WantedUser wanted;
    private final Host host;
    private final Accounts accounts;
    private final boolean dryRun;
    private final List<String> changes = new ArrayList<>();
    private Optional<User> user = Optional.empty();

    UserChange(WantedUser wanted, Host host, boolean dryRun) {
        this.wanted = wanted;
        this.host = host;
        this.accounts = host.accounts();
        this.dryRun = dryRun;
    }

    /** Why it cannot be made so; empty if it can. Nothing is changed. */
    List<String> conflicts() throws IOException {
        user = accounts.user(wanted.name());
        var problems = new ArrayList<String>();
        if (user.isPresent()) {
            differences(user.get(), problems);
        } else {
            obstacles(problems);
        }
        return problems;
    }

    /** Makes it so; in a dry run, tells what that would be. There are no conflicts. */
    void apply() throws IOException {
        if (user.isEmpty()) {
            group(wanted.groupName());
            create();
        }
        if (wanted.groups().isPresent()) {
            var groups = wanted.groups().get();
            for (var group : groups) {
                group(group);
            }
            memberships(groups);
        }
        if (wanted.keys().isPresent()) {
            keys();
        }
        if (wanted.password().isPresent()) {
            password(wanted.password().get());
        }
    }

    /** What was done, or would be, a line each. */
    List<String> changes() {
        return List.copyOf(changes);
    }

    /** The user's number, once there is one. */
    Optional<Long> uid() {
        return user.map(User::uid).or(wanted::uid);
    }

    private void differences(User is, List<String> problems) throws IOException {
        if (is.uid() < FIRST_UID || is.uid() >= LAST_UID) {
            problems.add(is.name() + " has uid " + is.uid() + ": a user of the system's own");
            return;
        }
        differ("uid", Long.toString(is.uid()), wanted.uid().map(Object::toString), problems);
        differ("shell", is.shell(), wanted.shell(), problems);
        differ("home", is.home(), wanted.home(), problems);
        differ("comment", is.comment(), wanted.comment(), problems);
        if (wanted.group().isPresent()) {
            var group = accounts.group(is.gid()).map(Group::name);
            differ("group", group.orElse(Long.toString(is.gid())), wanted.group(), problems);
        }
        if (wanted.keys().isPresent() && !is.home().startsWith("/home/")) {
            problems.add(is.name() + " has home " + is.home() + ", and keys go under /home only");
        }
    }

    private void differ(String what, String is, Optional<String> wants, List<String> problems) {
        wants.filter(value -> !value.equals(is))
                .ifPresent(
                        value ->
                                problems.add(
                                        wanted.name()
                                                + " exists with "
                                                + what
                                                + " '"
                                                + is
                                                + "', not '"
                                                + value
                                                + "'"));
    }

    private void obstacles(List<String> problems) throws IOException {
        if (wanted.uid().isPresent()) {
            accounts.user(wanted.uid().get())
                    .ifPresent(
                            other ->
                                    problems.add(
                                            "uid " + other.uid() + " belongs to " + other.name()));
        }
        wanted.uid()
                .filter(uid -> uid >= LAST_UID)
                .ifPresent(uid -> problems.add("uid " + uid + " is reserved"));
        accounts.group(wanted.groupName())
                .filter(group -> group.gid() < FIRST_UID && !group.name().equals("users"))
                .ifPresent(
                        group ->
                                problems.add(
                                        "group "
                                                + group.name()
                                                + " is the system's own, and nobody's primary"
                                                + " group"));
        if (!accounts.shells().contains(shell())) {
            problems.add(shell() + " is not in /etc/shells");
        }
        if (homeIsTaken()) {
            problems.add(wanted.homePath() + " exists already");
        }
    }

    private boolean homeIsTaken() throws IOException {
        try (var homes = host.files().folder("/home")) {
            return homes.status(wanted.homePath().substring("/home/".length())).isPresent();
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    private String shell() throws IOException {
        if (wanted.shell().isPresent()) {
            return wanted.shell().get();
        }
        var shells = accounts.shells();
        return shells.contains("/bin/bash") ? "/bin/bash" : "/bin/sh";
    }

    private void group(String name) throws IOException {
        if (accounts.group(name).isEmpty()) {
            if (!dryRun) {
                accounts.createGroup(name);
            }
            changes.add("group " + name + ": made");
        }
    }

    private void create() throws IOException {
        if (!dryRun) {
            accounts.createUser(
                    new NewUser(
                            wanted.name(),
                            wanted.uid(),
                            wanted.groupName(),
                            wanted.comment().orElse(""),
                            wanted.homePath(),
                            shell()));
            user = accounts.user(wanted.name());
        }
        changes.add("user " + wanted.name() + ": made, with home " + wanted.homePath());
    }

    private void memberships(SortedSet<String> groups) throws IOException {
        if (!accounts.memberships(wanted.name()).equals(groups)) {
            if (!dryRun) {
                accounts.setMemberships(wanted.name(), groups);
            }
            changes.add(
                    "groups of "
                            + wanted.name()
                            + ": "
                            + (groups.isEmpty() ? "none" : String.join(", ", groups)));
        }
    }

    /** What is stored is looked at, so that the same password is not set twice. */
    private void password(String password) throws IOException {
        var stored =
                user.isPresent() ? accounts.passwordHash(wanted.name()) : Optional.<String>empty();
        if (stored.filter(hash -> PasswordHash.fits(password, hash)).isEmpty()) {
            if (!dryRun) {
                var hash = PasswordHash.of(password, new SecureRandom());
                accounts.setPasswordHash(wanted.name(), hash);
            }
            changes.add("password of " + wanted.name() + ": set");
        }
    }

    private void keys() throws IOException {
        var keys = wanted.keys().orElse(List.of());
        if (user.isPresent()) {
            changes.addAll(host.authorizedKeys().ensure(user.get(), keys, dryRun));
        } else if (!keys.isEmpty()) {
            changes.add(wanted.homePath() + "/.ssh/authorized_keys: " + keys.size() + " keys");
        }
    }
}
