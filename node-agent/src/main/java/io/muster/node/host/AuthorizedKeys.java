package io.muster.node.host;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The {@code .ssh/authorized_keys} of a user: directory 0700, file 0600, both the user's, as sshd
 * wants them.
 *
 * <p>The user owns the directory, and this runs as root: so nothing on the way below the directory
 * of home directories may be a symbolic link, and nothing that belongs to somebody else is read.
 * What is written is made where the user cannot enter, and moved to its place.
 */
public final class AuthorizedKeys {
    private static final String FOLDER = ".ssh";
    private static final String FILE = "authorized_keys";
    private static final int MAX = 1024 * 1024;

    private final Tree files;
    private final Function<User, Owner> owner;

    /**
     * For the users of a machine.
     *
     * @param owner who is to own a user's files: a sandbox cannot give files away
     */
    AuthorizedKeys(Tree files, Function<User, Owner> owner) {
        this.files = files;
        this.owner = owner;
    }

    /**
     * Sees to it that these keys, and no others, let people in as that user. A line for one of them
     * that stands there already stays, with its comment and with its restrictions.
     *
     * @param dryRun only say what would be done
     * @return what was done, a line each; empty if everything was so already
     * @throws IOException if a home or {@code .ssh} is a symbolic link or somebody else's, or
     *     cannot be read or written
     */
    public List<String> ensure(User user, List<KeyLine> keys, boolean dryRun) throws IOException {
        var done = new ArrayList<String>();
        try (var home = files.folder(user.home())) {
            mine(user, home.path().toString(), home.status());
            if (Modes.othersMayWrite(home.status().permissions())) {
                throw new IOException(
                        home.path() + " can be written by others, so sshd would take no key");
            }
            if (home.status(FOLDER).isPresent()) {
                tighten(user, home, dryRun).ifPresent(done::add);
                write(user, keys, home, dryRun).ifPresent(done::add);
            } else if (!keys.isEmpty()) {
                var lines = merge(List.of(), keys);
                if (!dryRun) {
                    make(user, lines, home);
                }
                done.add(user.home() + "/" + FOLDER + ": made");
                done.add(told(user, lines.size(), 0));
            }
        } catch (NoSuchFileException e) {
            throw new IOException("there is no home directory " + user.home(), e);
        }
        return done;
    }

    private void make(User user, List<String> lines, Folder home) throws IOException {
        try (var workshop = Workshop.in(home)) {
            workshop.make(FILE, text(lines), owner.apply(user));
            workshop.become(FOLDER, owner.apply(user));
        }
    }

    private Optional<String> tighten(User user, Folder home, boolean dryRun) throws IOException {
        try (var folder = home.child(FOLDER)) {
            mine(user, folder.path().toString(), folder.status());
            if (folder.status().permissions().equals(Modes.PRIVATE_FOLDER)) {
                return Optional.empty();
            }
            if (!dryRun) {
                folder.own(Modes.PRIVATE_FOLDER, owner.apply(user));
            }
        }
        return Optional.of(user.home() + "/" + FOLDER + ": mode 0700");
    }

    private Optional<String> write(User user, List<KeyLine> keys, Folder home, boolean dryRun)
            throws IOException {
        try (var folder = home.child(FOLDER)) {
            var status = folder.status(FILE);
            if (status.isPresent()) {
                mine(user, folder.path().resolve(FILE).toString(), status.get());
            }
            var old = folder.readWithoutWaiting(FILE, MAX).orElse("").lines().toList();
            var lines = merge(old, keys);
            var exact =
                    status.map(file -> file.permissions().equals(Modes.PRIVATE_FILE))
                            .orElse(keys.isEmpty());
            if (exact && lines.equals(old)) {
                return Optional.empty();
            }
            if (!dryRun) {
                try (var workshop = Workshop.in(home)) {
                    workshop.make(FILE, text(lines), owner.apply(user));
                    workshop.deliver(folder);
                }
            }
            return Optional.of(told(user, added(old, lines), added(lines, old)));
        }
    }

    /** The lines of the wanted keys: as they stand there, where they do; the others removed. */
    private static List<String> merge(List<String> old, List<KeyLine> keys) {
        var wanted = new LinkedHashMap<String, String>();
        keys.forEach(key -> wanted.putIfAbsent(key.blob(), key.line()));
        var lines = new ArrayList<String>();
        for (var line : old) {
            var blob = KeyLine.blob(line);
            if (blob.isEmpty() ? harmless(line) : wanted.remove(blob.get()) != null) {
                lines.add(line);
            }
        }
        lines.addAll(wanted.values());
        return lines;
    }

    private static boolean harmless(String line) {
        return line.isBlank() || line.strip().startsWith("#");
    }

    private static int added(List<String> from, List<String> to) {
        var known = new HashSet<>(from);
        return (int) to.stream().filter(line -> !harmless(line) && !known.contains(line)).count();
    }

    private static String text(List<String> lines) {
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    private static String told(User user, int added, int removed) {
        var file = user.home() + "/" + FOLDER + "/" + FILE + ": ";
        return added == 0 && removed == 0
                ? file + "mode 0600"
                : file + added + " keys added, " + removed + " removed";
    }

    private void mine(User user, String path, PosixFileAttributes status) throws IOException {
        var principal = owner.apply(user).user(files.root().getFileSystem());
        if (!status.owner().equals(principal)) {
            throw new IOException(
                    path + " belongs to " + status.owner().getName() + ", not to " + user.name());
        }
    }
}
