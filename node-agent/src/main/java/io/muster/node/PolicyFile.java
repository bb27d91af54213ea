package io.muster.node;

import io.muster.message.MalformedException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Collections;
import java.util.Set;

/**
 * The policy as it stands in its file, read again when the file changes. A file that cannot be used
 * leaves the last good policy in force, and says so loudly; without any good one nothing is
 * allowed.
 *
 * <p>Thread-safe. Looks at the file at each call: a few microseconds.
 */
public final class PolicyFile implements Authorizer {
    private static final Set<PosixFilePermission> BY_OTHERS =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    private final Path file;
    private final Logger log;
    private Policy policy = Policy.CLOSED;
    private @Nullable State state;
    private String complaint = "";

    private record State(FileTime modified, long size, @Nullable Object key) {}

    public PolicyFile(Path file, Logger log) {
        this.file = file;
        this.log = log;
    }

    @Override
    public synchronized Policy policy() {
        try {
            var attributes =
                    Files.readAttributes(
                            file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            var now =
                    new State(
                            attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
            if (!now.equals(state)) {
                state = now;
                reload(attributes);
            }
        } catch (NoSuchFileException _) {
            complain("no such file");
        } catch (IOException e) {
            complain("cannot be read: " + e.getMessage());
        }
        return policy;
    }

    private void reload(BasicFileAttributes attributes) throws IOException {
        if (!attributes.isRegularFile()) {
            complain("not a plain file");
        } else if (!Collections.disjoint(Files.getPosixFilePermissions(file), BY_OTHERS)) {
            complain("others may write it: chmod go-w");
        } else {
            try {
                policy = Policy.parse(Files.readString(file));
                complaint = "";
                log.log(Level.INFO, () -> file + ": " + policy.rules().size() + " rules in force");
            } catch (MalformedException e) {
                complain(e.problem());
            }
        }
    }

    /** Once for each problem, not once for each request. */
    private void complain(String problem) {
        if (!problem.equals(complaint)) {
            complaint = problem;
            var inForce =
                    policy.rules().isEmpty()
                            ? "nothing is allowed"
                            : "the last good policy stays in force";
            log.log(Level.ERROR, () -> file + ": " + problem + "; " + inForce);
        }
    }
}
