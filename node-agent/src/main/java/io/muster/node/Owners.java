package io.muster.node;

import io.muster.config.FileGuard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Optional;

/**
 * Whose the files of a node are: all root's, or its two directories root's and the node agent's
 * user's. What was the user's once is never followed or written to while it is.
 *
 * @param agents the node agent's user, if that is not the one of this process
 */
record Owners(Optional<String> agents) {

    /**
     * Makes sure that there is such a user.
     *
     * @throws IOException saying how to make one
     */
    void checkUser() throws IOException {
        var _ = principal(agents.orElseThrow());
    }

    /** Made, or taken back from the node agent's user, so that nobody else can move in it. */
    void makeOwn(Path directory, String mode) throws IOException {
        var permissions = PosixFilePermissions.fromString(mode);
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(permissions));
            Files.setPosixFilePermissions(directory, permissions);
        } else if (isAgents(directory)) {
            takeBack(directory);
            // Whatever modes its owner gave it, such as letting everybody write.
            Files.setPosixFilePermissions(directory, permissions);
        }
        FileGuard.forThisProcess().trusted(directory);
    }

    /**
     * Takes a file back that may have been the node agent's user's.
     *
     * @throws IOException if it stands for another file, which would be read or given away for it
     */
    void makeOwn(Path file) throws IOException {
        if (!ordinary(file)) {
            throw new IOException(file + " is no file of its own but a link: remove it");
        }
        takeBack(file);
    }

    private static boolean ordinary(Path file) throws IOException {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS).equals(1);
    }

    /** From the node agent's user. */
    private void takeBack(Path file) throws IOException {
        if (isAgents(file)) {
            give(file, System.getProperty("user.name", "root"));
        }
    }

    /** Whether it belongs to the node agent's user. */
    boolean isAgents(Path file) throws IOException {
        return agents.isPresent()
                && Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).getName().equals(agents.get());
    }

    /** Gives the node agent a file of root's, or a directory without what is in it. */
    void give(Path file) throws IOException {
        give(file, agents.orElseThrow());
    }

    /**
     * The same with all that is in a directory of root's and not the node agent's user's already:
     * it is not looked into what he could change meanwhile.
     */
    void giveContent(Path directory) throws IOException {
        try (var entries = Files.list(directory)) {
            for (var entry : entries.toList()) {
                if (isAgents(entry)) {
                    continue;
                }
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    giveContent(entry);
                    give(entry);
                } else if (ordinary(entry)) {
                    give(entry);
                }
            }
        }
    }

    private static void give(Path file, String user) throws IOException {
        var attributes =
                Files.getFileAttributeView(
                        file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        attributes.setOwner(principal(user));
    }

    private static UserPrincipal principal(String user) throws IOException {
        try {
            return Path.of("/")
                    .getFileSystem()
                    .getUserPrincipalLookupService()
                    .lookupPrincipalByName(user);
        } catch (UserPrincipalNotFoundException e) {
            throw new IOException(
                    "there is no user " + user + ": useradd --system --no-create-home " + user, e);
        }
    }
}
