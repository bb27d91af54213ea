package io.muster.node.action;

import io.muster.action.Input;
import io.muster.message.MalformedException;
import io.muster.node.host.KeyLine;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A user as somebody wants it; what is absent is left as it is, or chosen when it is made.
 *
 * @param groups the other groups, these and no more
 * @param keys the keys that let it in, these and no more
 * @param password what it types to get in
 */
record WantedUser(
        String name,
        Optional<Long> uid,
        Optional<String> group,
        Optional<SortedSet<String>> groups,
        Optional<String> shell,
        Optional<String> home,
        Optional<String> comment,
        Optional<List<KeyLine>> keys,
        Optional<String> password) {
    private static final Pattern HOME = Pattern.compile("/home/[a-z][a-z0-9._-]{0,63}");
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,31}");

    /** Names that mean something to the system or to this program. */
    private static final Set<String> RESERVED_USERS = Set.of("root", "nobody", "muster");

    /** Who is in one of these can read secrets of the system's, or write its disks. */
    static final Set<String> RESERVED_GROUPS = Set.of("root", "shadow", "disk", "kmem", "nogroup");

    /** Who is in one of these can become root, or see what others do; the node must allow it. */
    static final Set<String> PRIVILEGED_GROUPS =
            Set.of(
                    "adm",
                    "admin",
                    "docker",
                    "incus",
                    "incus-admin",
                    "input",
                    "libvirt",
                    "libvirt-qemu",
                    "lxc",
                    "lxd",
                    "microk8s",
                    "podman",
                    "ssl-cert",
                    "staff",
                    "sudo",
                    "systemd-journal",
                    "tty",
                    "wheel");

    /**
     * Checks what the spec cannot say.
     *
     * @throws IllegalArgumentException if it may not or cannot be
     */
    WantedUser {
        if (!NAME.matcher(name).matches() || RESERVED_USERS.contains(name)) {
            throw new IllegalArgumentException(name + " is no user that may be managed");
        }
        if (home.filter(path -> !HOME.matcher(path).matches()).isPresent()) {
            throw new IllegalArgumentException(
                    home.get() + " is no home: /home/ and one name are wanted");
        }
        for (var each : named(group, groups)) {
            if (!NAME.matcher(each).matches() || RESERVED_GROUPS.contains(each)) {
                throw new IllegalArgumentException(each + " is no group that may be given");
            }
        }
        keys = keys.map(List::copyOf);
    }

    /**
     * Reads it.
     *
     * @param allowed the privileged groups that this node lets be given
     * @throws IllegalArgumentException if it may not or cannot be
     */
    static WantedUser of(Input input, Set<String> allowed) {
        var wanted =
                new WantedUser(
                        input.text("name"),
                        input.optionalWhole("uid"),
                        input.optionalText("group"),
                        input.optionalTexts("groups").map(TreeSet::new),
                        input.optionalText("shell"),
                        input.optionalText("home"),
                        input.optionalText("comment"),
                        input.optionalTexts("keys").map(WantedUser::keys),
                        input.optionalText("password"));
        for (var each : named(wanted.group(), wanted.groups())) {
            if (PRIVILEGED_GROUPS.contains(each) && !allowed.contains(each)) {
                throw new IllegalArgumentException(
                        each
                                + " is a privileged group: it may be given if user-groups in this"
                                + " node's agent.conf names it");
            }
        }
        return wanted;
    }

    private static SortedSet<String> named(
            Optional<String> group, Optional<SortedSet<String>> groups) {
        var all = new TreeSet<>(groups.orElseGet(TreeSet::new));
        group.ifPresent(all::add);
        return all;
    }

    /** Its name: of the rest some is secret. */
    @Override
    public String toString() {
        return "user " + name;
    }

    String groupName() {
        return group.orElse(name);
    }

    String homePath() {
        return home.orElse("/home/" + name);
    }

    private static List<KeyLine> keys(List<String> lines) {
        return lines.stream().map(WantedUser::key).toList();
    }

    private static KeyLine key(String line) {
        try {
            return KeyLine.parse(line);
        } catch (MalformedException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
