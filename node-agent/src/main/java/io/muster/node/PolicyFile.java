package io.muster.node;

import io.muster.config.ConfigException;
import io.muster.config.FileGuard;
import io.muster.message.MalformedException;
import io.muster.node.action.Actions;
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
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The policy as it stands in its file, read again when the file changes. A file that cannot be used
 * leaves the last good policy in force, and is told of; without any good one nothing is allowed. A
 * rule that denies an action which is not there makes it unusable: it was meant to keep something
 * from being done, and would not.
 *
 * <p>Thread-safe. Looks at the file at each call: a few microseconds.
 */
public final class PolicyFile implements Authorizer {
    private final FileGuard guard = FileGuard.forThisProcess();
    private final Path file;
    private final Supplier<Situation> situation;
    private final Supplier<Vocabulary> words;
    private final Logger log;
    private Policy policy = Policy.CLOSED;
    private Map<String, Object> state = Map.of();
    private String complaint = "";

    /** By which words something was found to be unknown: with others it may not be. */
    private Optional<Vocabulary> judgedBy = Optional.empty();

    /**
     * The policy in that file.
     *
     * @param situation what the node may rely on about itself
     * @param actions those of the node
     */
    public PolicyFile(Path file, Supplier<Situation> situation, Actions actions, Logger log) {
        this.file = file;
        this.words = () -> Vocabulary.of(actions);
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
            if (!now.equals(state) || otherWords()) {
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

    private boolean otherWords() {
        return judgedBy.isPresent() && !judgedBy.get().equals(words.get());
    }

    @Override
    public synchronized Optional<String> problem() {
        return complaint.isEmpty() ? Optional.empty() : Optional.of(complaint);
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
        judgedBy = Optional.empty();
        try {
            guard.trusted(file);
            take(Policy.parse(Files.readString(file)));
        } catch (MalformedException e) {
            complain(e.problem());
        } catch (ConfigException e) {
            complain(String.valueOf(e.getMessage()));
        }
    }

    private void take(Policy read) {
        var known = words.get();
        var objection = known.objection(read);
        var doubt = known.doubt(read);
        judgedBy = doubt.map(_ -> known);
        if (objection.isPresent()) {
            complain(objection.get());
            return;
        }
        policy = read;
        log.log(Level.INFO, () -> file + ": " + policy.rules().size() + " rules in force");
        doubt.ifPresentOrElse(line -> tell(line, "the rest is in force"), () -> complaint = "");
    }

    private void complain(String problem) {
        tell(
                problem,
                policy.rules().isEmpty()
                        ? "nothing is allowed"
                        : "the last good policy stays in force");
    }

    private void tell(String problem, String inForce) {
        complaint = file + ": " + problem + "; " + inForce;
    }
}
