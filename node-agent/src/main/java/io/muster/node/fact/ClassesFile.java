package io.muster.node.fact;

import static java.lang.System.Logger.Level.WARNING;

import io.muster.node.host.Tree;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The classes that the configuration tool made a node a member of: a file it leaves behind, one
 * class a line. Thread-safe; read anew each time, since it is small and changes under us.
 */
public final class ClassesFile {
    private static final System.Logger LOG = System.getLogger(ClassesFile.class.getName());

    /** Where Debian's and the vendor's packages of Puppet have it. */
    public static final List<String> USUAL =
            List.of(
                    "/var/lib/puppet/state/classes.txt",
                    "/var/cache/puppet/state/classes.txt",
                    "/opt/puppetlabs/puppet/cache/state/classes.txt");

    private static final int MOST = 1_000;
    private static final int LONGEST = 128;
    private static final int MOST_CHARACTERS = 24 * 1024;

    private final Tree files;
    private final List<String> paths;
    private final AtomicBoolean told = new AtomicBoolean();

    /**
     * The first of these files that exists.
     *
     * @param paths as on the machine with these files
     */
    public ClassesFile(Tree files, List<String> paths) {
        this.files = files;
        this.paths = List.copyOf(paths);
    }

    /**
     * The classes, in order of their names: the first 1000 of at most 128 characters each, and no
     * more than 24 KiB of them.
     */
    public Set<String> current() {
        try {
            for (var path : paths) {
                var text = files.read(path);
                if (text.isPresent()) {
                    return classes(text.get());
                }
            }
        } catch (IOException e) {
            if (told.compareAndSet(false, true)) {
                LOG.log(WARNING, () -> "no classes: " + e.getMessage());
            }
        }
        return new TreeSet<>();
    }

    private static Set<String> classes(String text) {
        var classes = new TreeSet<String>();
        var characters = 0;
        for (var line : text.lines().map(String::strip).toList()) {
            if (!line.isEmpty() && line.length() <= LONGEST && classes.size() < MOST) {
                characters += classes.contains(line) ? 0 : line.length();
                if (characters > MOST_CHARACTERS) {
                    return classes;
                }
                classes.add(line);
            }
        }
        return classes;
    }
}
