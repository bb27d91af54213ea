package io.muster.broker;

import static java.lang.System.Logger.Level.ERROR;

import io.muster.config.ConfigException;
import io.muster.config.FileGuard;
import io.muster.config.IoReason;
import io.muster.message.Collective;
import io.muster.message.NodeId;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which collectives nodes are in, for a broker that has no register beside it: a file with a line
 * for each node that is not in the usual ones, its id and then its collectives, with blanks
 * between. Read again when it changed; while it cannot be used, what it said before counts.
 * Thread-safe.
 */
final class MembershipFile {
    private static final System.Logger LOG = System.getLogger(MembershipFile.class.getName());

    private final Path file;
    private final Set<Collective> usual;
    private volatile Known known;

    private record Known(Optional<FileTime> changed, Map<NodeId, Set<Collective>> collectives) {}

    /**
     * Reads it.
     *
     * @throws ConfigException if it cannot be used
     */
    MembershipFile(Path file, Set<Collective> usual) {
        this.file = file;
        this.usual = Set.copyOf(usual);
        this.known = read(changed());
    }

    /** The collectives of that node. */
    Set<Collective> of(NodeId node) {
        var changed = changed();
        if (!changed.equals(known.changed())) {
            again(changed);
        }
        return known.collectives().getOrDefault(node, usual);
    }

    private void again(Optional<FileTime> changed) {
        try {
            known = read(changed);
        } catch (ConfigException e) {
            known = new Known(changed, known.collectives());
            LOG.log(ERROR, () -> e.getMessage() + "; what it said before counts");
        }
    }

    private Known read(Optional<FileTime> changed) {
        FileGuard.forThisProcess().trusted(file);
        var collectives = new HashMap<NodeId, Set<Collective>>();
        for (var line : lines()) {
            if (!line.isBlank() && !line.startsWith("#")) {
                take(line.strip().split("\\s+", -1), collectives);
            }
        }
        return new Known(changed, collectives);
    }

    private void take(String[] words, Map<NodeId, Set<Collective>> collectives) {
        try {
            var in = new HashSet<Collective>();
            for (var word : List.of(words).subList(1, words.length)) {
                in.add(new Collective(word));
            }
            if (collectives.put(new NodeId(words[0]), Set.copyOf(in)) != null) {
                throw new IllegalArgumentException(words[0] + " again");
            }
        } catch (IllegalArgumentException e) {
            throw new ConfigException(file + ": " + e.getMessage(), e);
        }
    }

    private List<String> lines() {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new ConfigException(file + ": cannot be read: " + IoReason.of(e), e);
        }
    }

    private Optional<FileTime> changed() {
        try {
            return Optional.of(Files.getLastModifiedTime(file));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
