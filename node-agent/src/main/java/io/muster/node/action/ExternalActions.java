package io.muster.node.action;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.muster.action.ActionSpec;
import io.muster.exec.CommandRunner;
import io.muster.message.ActionName;
import io.muster.message.Bytes;
import io.muster.message.Escape;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.node.host.TrustedFolder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Actions in any language, dropped into a directory: an executable whose name is the action's, and
 * beside it its spec, with {@code .json} behind the name. Picked up without a restart, within a
 * second; one that cannot be used does not hurt the others. Thread-safe.
 */
public final class ExternalActions {
    private static final System.Logger LOG = System.getLogger(ExternalActions.class.getName());
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final String SPEC = ".json";
    private static final int MAX_SPEC = 64 * 1024;

    private final TrustedFolder folder;
    private final CommandRunner runner;
    private final InstantSource clock;
    private final ReentrantLock looking = new ReentrantLock();
    private Optional<Instant> looked = Optional.empty();
    private List<String> stamps = List.of();
    private Found found = new Found(Map.of(), List.of());

    /**
     * What was found.
     *
     * @param actions by name, in order
     * @param problems why others cannot be used, a line each, for people
     */
    record Found(Map<ActionName, Action> actions, List<String> problems) {
        Found {
            actions = Collections.unmodifiableMap(new TreeMap<>(actions));
            problems = List.copyOf(problems);
        }
    }

    /** The actions in that directory, which need not exist, run by that runner. */
    public ExternalActions(Path folder, CommandRunner runner, InstantSource clock) {
        this.folder = new TrustedFolder(folder);
        this.runner = runner;
        this.clock = clock;
    }

    /** What is there now. */
    Found current() {
        looking.lock();
        try {
            var now = clock.instant();
            if (looked.isEmpty()
                    || now.isBefore(looked.get())
                    || !now.isBefore(looked.get().plus(PAUSE))) {
                looked = Optional.of(now);
                look();
            }
            return found;
        } finally {
            looking.unlock();
        }
    }

    private void look() {
        var now = stamps();
        if (now.equals(stamps)) {
            return;
        }
        stamps = now;
        var before = found;
        found = scan();
        found.problems().stream()
                .filter(problem -> !before.problems().contains(problem))
                .forEach(
                        problem ->
                                LOG.log(
                                        WARNING,
                                        () -> "external actions: " + Escape.line(problem)));
        if (!found.actions().keySet().equals(before.actions().keySet())) {
            LOG.log(INFO, () -> "external actions: " + found.actions().keySet());
        }
    }

    /** What changes when anything in the directory does, contents and modes included. */
    private List<String> stamps() {
        var all = new ArrayList<String>();
        var paths = new ArrayList<>(List.of(folder.path()));
        try (var entries = Files.list(folder.path())) {
            entries.sorted().forEach(paths::add);
        } catch (IOException e) {
            all.add(e.getClass().getName());
        }
        for (var path : paths) {
            try {
                var status =
                        Files.readAttributes(
                                path, "unix:ctime,ino,size", LinkOption.NOFOLLOW_LINKS);
                all.add(path + " " + new TreeMap<>(status));
            } catch (IOException e) {
                all.add(path + " " + e.getClass().getName());
            }
        }
        return all;
    }

    private Found scan() {
        var listing = folder.list();
        var problems = new ArrayList<>(listing.problems());
        var actions = new TreeMap<ActionName, Action>();
        for (var file : listing.files()) {
            var name = String.valueOf(file.getFileName());
            if (name.endsWith(SPEC)) {
                read(file, listing.files(), problems)
                        .ifPresent(action -> actions.put(action.spec().name(), action));
            } else if (!listing.files().contains(file.resolveSibling(name + SPEC))) {
                problems.add(file + " has no spec: " + name + SPEC + " is missing or not usable");
            }
        }
        return new Found(actions, problems);
    }

    private Optional<Action> read(Path specFile, List<Path> files, List<String> problems) {
        var file = String.valueOf(specFile.getFileName());
        var name = file.substring(0, file.length() - SPEC.length());
        var program = specFile.resolveSibling(name);
        try {
            var spec = ActionSpec.of(Json.read(bytes(specFile)));
            if (!spec.name().value().equals(name)) {
                throw new MalformedException("it describes " + spec.name() + ", not " + name);
            }
            if (Files.exists(program, LinkOption.NOFOLLOW_LINKS) && !files.contains(program)) {
                return Optional.empty(); // the listing said why
            }
            if (!Files.isExecutable(program)) {
                throw new MalformedException(program + " is missing or not executable");
            }
            return Optional.of(new ExternalAction(spec, program, folder, runner));
        } catch (IOException | MalformedException e) {
            problems.add(specFile + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    private static Bytes bytes(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(MAX_SPEC + 1);
            if (bytes.length > MAX_SPEC) {
                throw new IOException("longer than " + MAX_SPEC + " bytes");
            }
            return Bytes.wrap(bytes);
        }
    }
}
