package io.muster.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Refuses files that somebody else could have written or read: a policy that anybody may change is
 * no policy, and a key that anybody may read is no key.
 *
 * <p>The owner must be root or the user that this process runs as. Every method returns the path it
 * was given, so that it can be the type of a setting, and throws {@link ConfigException} saying
 * what is wrong and which command puts it right.
 */
public final class FileGuard {
    private static final int GROUP_READS = 0040;
    private static final int GROUP_WRITES = 0020;
    private static final int OTHERS_READ = 0004;
    private static final int OTHERS_WRITE = 0002;
    private static final int STICKY = 01000;
    private static final int MAX_LINKS = 16;
    private static final int ROOT = 0;

    private final int self;

    private record Status(int owner, int mode) {
        boolean any(int bits) {
            return (mode & bits) != 0;
        }

        String octal() {
            return "(mode 0" + Integer.toOctalString(mode & 07777) + ")";
        }
    }

    private FileGuard(int self) {
        this.self = self;
    }

    /** For the user that this process runs as. */
    public static FileGuard forThisProcess() {
        var process = Path.of("/proc/self");
        var home = Path.of(System.getProperty("user.home", "/"));
        return forUser(status(Files.exists(process) ? process : home).owner());
    }

    /**
     * For the user of that number.
     *
     * @param uid 0 is root
     */
    public static FileGuard forUser(int uid) {
        return new FileGuard(uid);
    }

    /**
     * A file or directory whose content decides what happens. Neither it nor any directory or link
     * on the way to it may be changed by others; a directory that everybody may add to, such as
     * {@code /tmp}, must have the sticky bit.
     */
    public Path trusted(Path file) {
        walk(file.toAbsolutePath(), 0);
        return file;
    }

    /**
     * A file with a private key or another secret: only its owner reads it. If that is root and
     * this process is not, its group may too, for a daemon has no other way to its key.
     */
    public Path secret(Path file) {
        var status = status(file);
        if (!Files.isRegularFile(file)) {
            throw new ConfigException(file + " is not a regular file");
        }
        checkOwner(file, status);
        if (status.any(OTHERS_READ | OTHERS_WRITE | GROUP_WRITES)) {
            var deed = status.any(OTHERS_READ) ? "readable" : "writable";
            throw new ConfigException(
                    file + " is " + deed + " by others " + status.octal() + ": chmod 600 " + file);
        }
        if (status.any(GROUP_READS) && (status.owner() == self || self == ROOT)) {
            throw new ConfigException(
                    file + " is readable by its group " + status.octal() + ": chmod 600 " + file);
        }
        return file;
    }

    private void walk(Path path, int links) {
        var at = path.getRoot();
        checkWritable(at);
        for (int i = 0; i < path.getNameCount(); i++) {
            var name = path.getName(i);
            if (name.toString().equals("..")) {
                at = Optional.ofNullable(at.getParent()).orElse(at);
                continue;
            }
            var next = at.resolve(name).normalize();
            checkWritable(next);
            if (Files.isSymbolicLink(next)) {
                var rest = path.subpath(i, path.getNameCount());
                follow(at, next, name.relativize(rest), links + 1);
                return;
            }
            at = next;
        }
    }

    private void follow(Path directory, Path link, Path rest, int links) {
        if (links > MAX_LINKS) {
            throw new ConfigException(link + " leads through more than " + MAX_LINKS + " links");
        }
        try {
            walk(directory.resolve(Files.readSymbolicLink(link)).resolve(rest), links);
        } catch (IOException e) {
            throw new ConfigException(link + " cannot be read: " + IoReason.of(e), e);
        }
    }

    private void checkWritable(Path path) {
        var status = status(path, LinkOption.NOFOLLOW_LINKS);
        checkOwner(path, status);
        var harmless =
                Files.isSymbolicLink(path) || (Files.isDirectory(path) && status.any(STICKY));
        if (status.any(GROUP_WRITES | OTHERS_WRITE) && !harmless) {
            throw new ConfigException(
                    path + " is writable by others " + status.octal() + ": chmod go-w " + path);
        }
    }

    private void checkOwner(Path path, Status status) {
        if (status.owner() != ROOT && status.owner() != self) {
            var also = self == ROOT ? "" : " or user " + self;
            throw new ConfigException(
                    path
                            + " belongs to user "
                            + status.owner()
                            + ", not to root"
                            + also
                            + ": chown "
                            + self
                            + " "
                            + path);
        }
    }

    private static Status status(Path path, LinkOption... options) {
        try {
            return new Status(
                    number(path, "unix:uid", options), number(path, "unix:mode", options));
        } catch (NoSuchFileException e) {
            throw new ConfigException(path + " is not there", e);
        } catch (IOException e) {
            throw new ConfigException(path + " cannot be looked at: " + IoReason.of(e), e);
        }
    }

    private static int number(Path path, String attribute, LinkOption... options)
            throws IOException {
        if (Files.getAttribute(path, attribute, options) instanceof Integer number) {
            return number;
        }
        throw new IOException("no attribute " + attribute);
    }
}
