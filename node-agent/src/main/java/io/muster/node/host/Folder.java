package io.muster.node.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * One directory, held open: what is done here is done in this very directory, whatever becomes of
 * the path that led to it. No symbolic link is ever followed, so that nobody who owns a directory
 * can make root write somewhere else. Not thread-safe.
 */
public final class Folder implements AutoCloseable {
    private static final String TEMPORARY = ".muster-new";

    private final Path path;
    private final SecureDirectoryStream<Path> stream;
    private final boolean durable;

    private Folder(Path path, SecureDirectoryStream<Path> stream, boolean durable) {
        this.path = path;
        this.stream = stream;
        this.durable = durable;
    }

    /**
     * Opens a directory whose path is trusted: it is followed wherever it leads.
     *
     * @param durable whether what is written has to survive a power failure
     */
    @SuppressWarnings("StreamResourceLeak") // the folder closes it
    static Folder open(Path path, boolean durable) throws IOException {
        return secure(path, Files.newDirectoryStream(path), durable);
    }

    /**
     * Opens the directory {@code name} in this one. Whoever may write here can put something else
     * in its place at any moment, and gains nothing: opening {@code name/.} fails for what is no
     * directory, where opening a pipe would wait for ever, and where a link led is found out.
     *
     * @throws NoSuchFileException if there is none
     * @throws IOException also if it is anything but a directory: a symbolic link to one counts
     */
    public Folder child(String name) throws IOException {
        var status = existing(name);
        if (!status.isDirectory()) {
            throw new IOException(path.resolve(name) + " is " + kind(status) + ", not a directory");
        }
        var child =
                secure(
                        path.resolve(name),
                        stream.newDirectoryStream(Path.of(name, "."), NOFOLLOW_LINKS),
                        durable);
        if (!Objects.equals(child.status().fileKey(), status.fileKey())) {
            child.close();
            throw new IOException(path.resolve(name) + " was replaced while it was opened");
        }
        return child;
    }

    /** What is known of {@code name}, a symbolic link itself included; empty if there is none. */
    public Optional<PosixFileAttributes> status(String name) throws IOException {
        try {
            return Optional.of(view(name).readAttributes());
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /** What is known of this directory. */
    public PosixFileAttributes status() throws IOException {
        return stream.getFileAttributeView(PosixFileAttributeView.class).readAttributes();
    }

    /**
     * The text of the file {@code name}, bad UTF-8 replaced; empty if there is none.
     *
     * @throws IOException also if it is not a regular file, or longer than {@code max} bytes
     */
    public Optional<String> read(String name, int max) throws IOException {
        var status = status(name);
        if (status.isEmpty()) {
            return Optional.empty();
        }
        regular(name, status.get());
        try (var in = Channels.newInputStream(channel(name, StandardOpenOption.READ))) {
            var bytes = in.readNBytes(max + 1);
            if (bytes.length > max) {
                throw new IOException(path.resolve(name) + " is longer than " + max + " bytes");
            }
            return Optional.of(new String(bytes, UTF_8));
        }
    }

    /**
     * As {@link #read}, where somebody else may put something else in the file's place at any
     * moment: never waits, as reading from a pipe would.
     */
    Optional<String> readWithoutWaiting(String name, int max) throws IOException {
        var status = status(name);
        if (status.isEmpty()) {
            return Optional.empty();
        }
        regular(name, status.get());
        // A pipe opened for both does not wait for its other end, and has no positions.
        var both = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, NOFOLLOW_LINKS);
        try (var in = (FileChannel) stream.newByteChannel(Path.of(name), both)) {
            var bytes = ByteBuffer.allocate((int) Math.min(in.size(), max + 1L));
            var more = true;
            while (more && bytes.hasRemaining()) {
                more = in.read(bytes, bytes.position()) > 0;
            }
            if (bytes.position() > max) {
                throw new IOException(path.resolve(name) + " is longer than " + max + " bytes");
            }
            return Optional.of(new String(bytes.array(), 0, bytes.position(), UTF_8));
        }
    }

    /**
     * Puts {@code content} into the file {@code name}: all of it or nothing. A file that cannot be
     * replaced because something is mounted on it is overwritten.
     */
    public void replace(
            String name, String content, Set<PosixFilePermission> mode, Optional<Owner> owner)
            throws IOException {
        discard(TEMPORARY);
        try {
            write(TEMPORARY, content, StandardOpenOption.CREATE_NEW);
            own(TEMPORARY, mode, owner);
            stream.move(Path.of(TEMPORARY), stream, Path.of(name));
        } catch (NoSuchFileException | FileAlreadyExistsException e) {
            throw e;
        } catch (FileSystemException e) {
            discard(TEMPORARY);
            if (!busy(e)) {
                throw e;
            }
            overwrite(name, content);
        }
        sync();
    }

    /** What was made or renamed here is on the disk. */
    void sync() throws IOException {
        if (durable) {
            try (var self = (FileChannel) channel(".", StandardOpenOption.READ)) {
                self.force(true);
            }
        }
    }

    /** Writes {@code content} over the existing file {@code name}, without replacing it. */
    public void overwrite(String name, String content) throws IOException {
        regular(name, existing(name));
        write(name, content, StandardOpenOption.TRUNCATE_EXISTING);
    }

    /**
     * Makes the directory {@code name}, which only its owner may enter, unless there is one.
     *
     * <p>There is no way to do this relative to an open directory, so the path is used: its last
     * part is not followed, and the parent of this directory must be nobody's but root's.
     *
     * @throws IOException also if it exists as anything but a directory
     */
    public Folder makeChild(String name, Set<PosixFilePermission> mode) throws IOException {
        if (status(name).isEmpty()) {
            try {
                Files.createDirectory(
                        path.resolve(name), PosixFilePermissions.asFileAttribute(mode));
            } catch (FileAlreadyExistsException _) {
                return child(name);
            }
            view(name).setPermissions(mode);
        }
        return child(name);
    }

    /** Gives the file or directory {@code name} this mode and, if one is given, this owner. */
    public void own(String name, Set<PosixFilePermission> mode, Optional<Owner> owner)
            throws IOException {
        var view = view(name);
        if (owner.isPresent()) {
            view.setOwner(owner.get().user(path.getFileSystem()));
            view.setGroup(owner.get().group(path.getFileSystem()));
        }
        view.setPermissions(mode);
    }

    /** Gives this directory this mode and owner. */
    void own(Set<PosixFilePermission> mode, Owner owner) throws IOException {
        var view = stream.getFileAttributeView(PosixFileAttributeView.class);
        view.setOwner(owner.user(path.getFileSystem()));
        view.setGroup(owner.group(path.getFileSystem()));
        view.setPermissions(mode);
    }

    /** Makes the file {@code name}, which must not be there, for its owner's eyes alone. */
    void create(String name, String content) throws IOException {
        write(name, content, StandardOpenOption.CREATE_NEW);
    }

    /** Moves {@code name} into a directory of the same file system, over what has that name. */
    void move(String name, Folder to, String newName) throws IOException {
        stream.move(Path.of(name), to.stream, Path.of(newName));
    }

    /** Removes the empty directory {@code name}. */
    void removeFolder(String name) throws IOException {
        stream.deleteDirectory(Path.of(name));
    }

    /** Removes the file {@code name}, if it is there; of a symbolic link, the link itself. */
    public void discard(String name) throws IOException {
        try {
            stream.deleteFile(Path.of(name));
        } catch (NoSuchFileException _) {
            return;
        }
    }

    /** Where it was opened, for messages. */
    public Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            stream.close();
        } catch (IOException e) {
            throw new UncheckedIOException("closing " + path, e);
        }
    }

    private static Folder secure(Path path, DirectoryStream<Path> stream, boolean durable)
            throws IOException {
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return new Folder(path, secure, durable);
        }
        stream.close();
        throw new IOException(path + ": this system cannot hold a directory open safely");
    }

    private PosixFileAttributes existing(String name) throws IOException {
        return status(name)
                .orElseThrow(() -> new NoSuchFileException(path.resolve(name).toString()));
    }

    private PosixFileAttributeView view(String name) {
        return stream.getFileAttributeView(
                Path.of(name), PosixFileAttributeView.class, NOFOLLOW_LINKS);
    }

    private SeekableByteChannel channel(String name, OpenOption option) throws IOException {
        return stream.newByteChannel(Path.of(name), Set.of(option, NOFOLLOW_LINKS));
    }

    private void write(String name, String content, OpenOption how) throws IOException {
        var options = Set.of(how, StandardOpenOption.WRITE, NOFOLLOW_LINKS);
        var secret = PosixFilePermissions.asFileAttribute(Modes.PRIVATE_FILE);
        try (var out = (FileChannel) stream.newByteChannel(Path.of(name), options, secret)) {
            var rest = ByteBuffer.wrap(content.getBytes(UTF_8));
            while (rest.hasRemaining()) {
                out.write(rest);
            }
            sync(out);
        }
    }

    /** A file of the kernel's has no disk behind it. */
    private void sync(FileChannel out) throws IOException {
        if (durable && !path.startsWith("/proc")) {
            out.force(true);
        }
    }

    private void regular(String name, PosixFileAttributes status) throws IOException {
        if (!status.isRegularFile()) {
            throw new IOException(
                    path.resolve(name) + " is " + kind(status) + ", not a regular file");
        }
    }

    private static boolean busy(FileSystemException e) {
        return String.valueOf(e.getReason()).contains("busy");
    }

    private static String kind(PosixFileAttributes status) {
        if (status.isSymbolicLink()) {
            return "a symbolic link";
        }
        return status.isDirectory() ? "a directory" : "a file of another kind";
    }
}
