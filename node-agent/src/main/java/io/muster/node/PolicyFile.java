package io.muster.node;

import io.muster.config.ConfigException;
import io.muster.config.FileGuard;
import io.muster.message.MalformedException;
import io.muster.policy.Policy;
import io.muster.policy.Situation;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The policy as it stands in its file, read again when the file changes. A file that cannot be used
 * leaves the last good policy in force, and says so loudly; without any good one nothing is
 * allowed.
 *
 * <p>Thread-safe. Looks at the file at each call: a few microseconds.
 */
public final class PolicyFile implements Authorizer {
    private final FileGuard guard = FileGuard.forThisProcess();
    private final Path file;
    private final Supplier<Situation> situation;
    private final Logger log;
    private Policy policy = Policy.CLOSED;
    private Map<String, Object> state = Map.of();
    private String complaint = "";

    /**
     * The policy in that file.
     *
     * @param situation what the node may rely on about itself
     */
    public PolicyFile(Path file, Supplier<Situation> situation, Logger log) {
        this.file = file;
        this.situation = situation;
        this.log = log;
    }

    @Override
    public Situation situation() {
        return situation.get();
    }

    @Override
    public synchronized Policy policy() {
        try {
            var now = state();
            if (!now.equals(state)) {
                reload(now);
                // What was read is what was looked at, or else it is read again.
                state = now.equals(state()) ? now : Map.of();
            }
        } catch (NoSuchFileException _) {
            complain("no such file");
        } catch (IOException e) {
            complain("cannot be read: " + e.getMessage());
        }
        return policy;
    }

    /** Changes with the content, the owner and the mode. */
    private Map<String, Object> state() throws IOException {
        return Files.readAttributes(
                file,
                "unix:dev,ino,size,lastModifiedTime,ctime,isRegularFile",
                LinkOption.NOFOLLOW_LINKS);
    }

    private void reload(Map<String, Object> attributes) throws IOException {
        if (!Boolean.TRUE.equals(attributes.get("isRegularFile"))) {
            complain("not a plain file");
            return;
        }
        try {
            guard.trusted(file);
            policy = Policy.parse(Files.readString(file));
            complaint = "";
            log.log(Level.INFO, () -> file + ": " + policy.rules().size() + " rules in force");
        } catch (MalformedException e) {
            complain(e.problem());
        } catch (ConfigException e) {
            complain(String.valueOf(e.getMessage()));
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
