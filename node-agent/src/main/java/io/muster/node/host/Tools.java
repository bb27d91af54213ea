package io.muster.node.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where programs are: in a fixed list of directories, never by somebody's PATH. */
final class Tools {
    /** The directories of a Linux machine, own tools of configuration management first. */
    static final List<String> LINUX =
            List.of(
                    "/opt/puppetlabs/bin",
                    "/usr/local/sbin",
                    "/usr/local/bin",
                    "/usr/sbin",
                    "/usr/bin",
                    "/sbin",
                    "/bin");

    private final Path root;
    private final List<String> directories;
    private final LinkOption[] links;

    Tools(Path root, List<String> directories, LinkOption... links) {
        this.root = root;
        this.directories = List.copyOf(directories);
        this.links = links.clone();
    }

    /** The absolute path of a program, as the machine itself would write it. */
    Optional<String> find(String name) {
        if (name.isEmpty() || name.contains("/") || name.startsWith(".")) {
            return Optional.empty();
        }
        return directories.stream()
                .map(directory -> directory + "/" + name)
                .filter(program -> runs(root.resolve(program.substring(1))))
                .findFirst();
    }

    /** As {@link #find}. */
    String need(String name) throws IOException {
        return find(name)
                .orElseThrow(
                        () ->
                                new IOException(
                                        "no program "
                                                + name
                                                + " in "
                                                + String.join(", ", directories)));
    }

    private boolean runs(Path program) {
        return Files.isRegularFile(program, links) && Files.isExecutable(program);
    }
}
