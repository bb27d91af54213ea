package io.muster.node;

import io.muster.config.ConfigException;
import io.muster.config.IoReason;
import io.muster.node.host.Modes;
import io.muster.node.host.Tree;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A machine, or its mounted disk, that is about to be copied: what on it must not be in two places.
 *
 * <p>Follows no link that leads out of it when it looks, and none at all when it removes: users of
 * the machine, the node agent's own among them, may put one in the place of a directory of theirs
 * in between.
 */
final class Image {
    private static final String MACHINE_ID = "etc/machine-id";
    private static final List<String> HISTORIES =
            List.of(
                    ".bash_history",
                    ".zsh_history",
                    ".sh_history",
                    ".ash_history",
                    ".python_history",
                    ".lesshst",
                    ".mysql_history",
                    ".psql_history",
                    ".sqlite_history",
                    ".viminfo");

    private final Path root;
    private final Tree files;
    private final Path agents;
    private final Path helpers;

    /**
     * What must go.
     *
     * @param path where it is, without any link on the way
     * @param what it is, for people
     * @param emptied whether an empty file has to stay in its place
     */
    record Item(Path path, String what, boolean emptied) {}

    /**
     * The machine whose root directory that is.
     *
     * @param agents the node agent's state directory, as the machine itself calls it
     * @param helpers the root helper's, whether there is a helper now or was one
     * @throws IOException if there is no such directory
     */
    Image(Path root, Path agents, Path helpers) throws IOException {
        this.root = root.toRealPath();
        this.files = new Tree(this.root, true);
        this.agents = under(agents.toString());
        this.helpers = under(helpers.toString());
    }

    private Path under(String path) {
        return root.resolve(path.startsWith("/") ? path.substring(1) : path).normalize();
    }

    /**
     * Refuses a machine on which the node agent or its helper runs: they would write their state
     * again.
     *
     * @throws ConfigException if one does
     */
    void checkStill() throws IOException {
        checkStill(agents, helpers);
    }

    /** The same, of these two state directories. */
    static void checkStill(Path agents, Path helpers) throws IOException {
        checkStill(agents, "node agent", "muster-agent");
        checkStill(helpers, "root helper", "muster-helper.socket muster-helper");
    }

    private static void checkStill(Path state, String who, String units) throws IOException {
        var lock = state.resolve("requests.journal.lock");
        if (!Files.isRegularFile(lock, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (var channel =
                        FileChannel.open(
                                lock, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                var held = channel.tryLock()) {
            if (held == null) {
                throw new ConfigException(
                        "the "
                                + who
                                + " is running, and holds "
                                + lock
                                + ": stop it first (systemctl stop "
                                + units
                                + ")");
            }
        }
    }

    /** Everything that must go, in the order in which it will. */
    List<Item> find() throws IOException {
        var found = new ArrayList<Item>();
        for (var state : states()) {
            inState(state, found);
        }
        add(found, "etc/muster/join.token", "join token", false);
        for (var key : matching("etc/ssh", "ssh_host_")) {
            found.add(new Item(key, "SSH host key", false));
        }
        add(found, "var/lib/dbus/machine-id", "machine id", false);
        add(found, MACHINE_ID, "machine id", true);
        add(found, "var/lib/systemd/random-seed", "random seed", false);
        for (var home : homes()) {
            for (var name : HISTORIES) {
                add(found, root.relativize(home).resolve(name).toString(), "history", false);
            }
        }
        return found;
    }

    /** Each file once, wherever the settings put the two. */
    private List<Path> states() {
        if (helpers.startsWith(agents)) {
            return List.of(agents);
        }
        return agents.startsWith(helpers) ? List.of(helpers) : List.of(agents, helpers);
    }

    /** What the two have is all of this machine alone: keys, certificates, journals, logs. */
    private void inState(Path state, List<Item> found) throws IOException {
        if (Files.isSymbolicLink(state)) {
            throw new IOException(
                    state + " is a symbolic link: let the settings name what it leads to");
        }
        var directory = real(state);
        if (directory.isEmpty()) {
            return;
        }
        Files.walkFileTree(
                directory.get(),
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        found.add(new Item(file, kind(file), false));
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private static String kind(Path file) {
        var name = file.getFileName().toString();
        if (name.endsWith(".key")) {
            return "private key";
        }
        if (name.endsWith(".crt") || name.endsWith(".pem")) {
            return "certificate";
        }
        if (name.contains("audit")) {
            return "audit log";
        }
        return name.contains("journal") ? "journal" : "state of the node agent";
    }

    private List<Path> homes() throws IOException {
        var homes = new ArrayList<Path>();
        homes.add(under("root"));
        var all = real(under("home"));
        if (all.isPresent()) {
            try (Stream<Path> entries = Files.list(all.get())) {
                entries.filter(home -> Files.isDirectory(home, LinkOption.NOFOLLOW_LINKS))
                        .sorted()
                        .forEach(homes::add);
            }
        }
        return homes;
    }

    private List<Path> matching(String directory, String beginning) throws IOException {
        var where = real(under(directory));
        if (where.isEmpty()) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(where.get())) {
            return entries.filter(path -> path.getFileName().toString().startsWith(beginning))
                    .sorted(Comparator.naturalOrder())
                    .toList();
        }
    }

    private void add(List<Item> found, String path, String what, boolean emptied)
            throws IOException {
        var nominal = under(path);
        var folder = real(Objects.requireNonNull(nominal.getParent()));
        if (folder.isEmpty()) {
            return;
        }
        var file = folder.get().resolve(nominal.getFileName());
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        var empty =
                emptied
                        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                        && Files.size(file) == 0;
        if (!empty) {
            found.add(new Item(file, what, emptied));
        }
    }

    /** Where that directory really is, if it is one of this machine: a link may lead elsewhere. */
    private Optional<Path> real(Path directory) throws IOException {
        return Files.isDirectory(directory)
                ? Optional.of(directory.toRealPath()).filter(real -> real.startsWith(root))
                : Optional.empty();
    }

    /**
     * Removes these.
     *
     * @throws IOException naming what could not be removed, such as what a link leads to by now;
     *     what came before it is gone
     */
    void remove(List<Item> items) throws IOException {
        for (var item : items) {
            try {
                remove(item);
            } catch (IOException e) {
                throw new IOException(item.path() + " cannot be removed: " + IoReason.of(e), e);
            }
        }
    }

    private void remove(Item item) throws IOException {
        var directory = Objects.requireNonNull(item.path().getParent());
        var name = item.path().getFileName().toString();
        try (var folder = files.folder(root.relativize(directory).toString())) {
            if (item.emptied()) {
                folder.replace(name, "", Modes.PUBLIC_FILE, Optional.empty());
            } else {
                folder.discard(name);
            }
        } catch (NoSuchFileException _) {
            // Gone by itself.
        }
    }
}
