package io.muster.node.host;

import io.muster.config.ConfigException;
import io.muster.config.FileGuard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A directory into which an administrator drops files that the node agent believes or runs. */
public final class TrustedFolder {
    private final FileGuard guard = FileGuard.forThisProcess();
    private final Path folder;

    /** That directory; it need not exist. */
    public TrustedFolder(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    /**
     * What lies there.
     *
     * @param files the files that may be trusted, in order of their names
     * @param problems why others may not, a line each, for people
     */
    public record Listing(List<Path> files, List<String> problems) {
        public Listing {
            files = List.copyOf(files);
            problems = List.copyOf(problems);
        }
    }

    /** Looks again. Directories, hidden files and what editors leave behind are passed over. */
    public Listing list() {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return new Listing(List.of(), List.of());
        }
        var bad = problem(folder);
        if (bad.isPresent()) {
            return new Listing(List.of(), List.of(bad.get()));
        }
        var files = new ArrayList<Path>();
        var problems = new ArrayList<String>();
        try (var entries = Files.list(folder)) {
            for (var entry : entries.sorted().toList()) {
                if (passedOver(entry)) {
                    continue;
                }
                problem(entry).ifPresentOrElse(problems::add, () -> files.add(entry));
            }
        } catch (IOException e) {
            problems.add(folder + " cannot be read: " + e.getMessage());
        }
        return new Listing(files, problems);
    }

    /** The directory. */
    public Path path() {
        return folder;
    }

    /**
     * Why {@code file} may not be trusted: a symbolic link, no regular file, or somebody besides
     * root and the user of this process could have written it; empty if it may.
     */
    public Optional<String> problem(Path file) {
        var kind = file.equals(folder) ? Files.isDirectory(file) : Files.isRegularFile(file);
        if (Files.isSymbolicLink(file) || !kind) {
            return Optional.of(file + " is a symbolic link or a special file: not used");
        }
        try {
            guard.trusted(file);
            return Optional.empty();
        } catch (ConfigException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static boolean passedOver(Path entry) {
        var name = String.valueOf(entry.getFileName());
        return name.startsWith(".")
                || name.endsWith("~")
                || name.endsWith(".bak")
                || name.contains(".dpkg-")
                || Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS);
    }
}
