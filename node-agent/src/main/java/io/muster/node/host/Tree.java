package io.muster.node.host;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The files of a machine, below its root directory; paths are written as on that machine, such as
 * {@code /etc/hosts}. No symbolic link below the root is ever followed, so nothing leaves it.
 * Thread-safe.
 */
public final class Tree {
    private static final int MAX = 4 * 1024 * 1024;

    private final Path root;
    private final boolean durable;

    /**
     * The files below {@code root}.
     *
     * @param root an existing directory, {@code /} for this machine's own files
     * @param durable whether what is written is on the disk when the method returns; a directory
     *     that plays a machine need not survive a power failure
     */
    public Tree(Path root, boolean durable) {
        this.root = root.toAbsolutePath().normalize();
        this.durable = durable;
    }

    /** The directory that is this machine's {@code /}. */
    public Path root() {
        return root;
    }

    /** Where that file really is; nothing is looked at. */
    public Path path(String file) {
        var path = root;
        for (var name : names(file)) {
            path = path.resolve(name);
        }
        return path;
    }

    /** Opens that directory; the caller closes it. */
    public Folder folder(String directory) throws IOException {
        return folder(names(directory));
    }

    /**
     * The text of that file, bad UTF-8 replaced; empty if there is none.
     *
     * @throws IOException also if it is no regular file, or longer than 4 MiB
     */
    public Optional<String> read(String file) throws IOException {
        var names = names(file);
        try (var folder = folder(names.subList(0, names.size() - 1))) {
            return folder.read(names.getLast(), MAX);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /** Replaces that file, all of it or nothing; it keeps its mode and owner, or is 0644. */
    public void replace(String file, String content) throws IOException {
        var names = names(file);
        try (var folder = folder(names.subList(0, names.size() - 1))) {
            var old = folder.status(names.getLast());
            var mode = old.map(status -> status.permissions()).orElse(Modes.PUBLIC_FILE);
            var owner =
                    old.isPresent()
                            ? Optional.of(Owner.of(folder.path().resolve(names.getLast())))
                            : Optional.<Owner>empty();
            folder.replace(names.getLast(), content, mode, owner);
        }
    }

    /** Writes over that existing file in place, as the kernel's own files want it. */
    public void overwrite(String file, String content) throws IOException {
        var names = names(file);
        try (var folder = folder(names.subList(0, names.size() - 1))) {
            folder.overwrite(names.getLast(), content);
        }
    }

    /** Makes that directory and those above it, where they are missing. */
    void makeFolders(String directory) throws IOException {
        var folder = Folder.open(root, durable);
        try {
            for (var name : names(directory)) {
                var parent = folder;
                folder = parent.makeChild(name, Modes.PUBLIC_FOLDER);
                parent.close();
            }
        } finally {
            folder.close();
        }
    }

    private Folder folder(List<String> names) throws IOException {
        var folder = Folder.open(root, durable);
        for (var name : names) {
            try (var parent = folder) {
                folder = parent.child(name);
            }
        }
        return folder;
    }

    private static List<String> names(String file) {
        var names = new ArrayList<String>();
        for (var name : Path.of("/").resolve(file)) {
            var text = name.toString();
            if (text.equals("..") || text.equals(".")) {
                throw new IllegalArgumentException("a path without . and .. is wanted: " + file);
            }
            names.add(text);
        }
        return names;
    }
}
