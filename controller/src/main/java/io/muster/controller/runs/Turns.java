package io.muster.controller.runs;

import io.muster.config.IoReason;
import io.muster.controller.discovery.Target;
import io.muster.journal.AtomicFile;
import io.muster.journal.JournalException;
import io.muster.message.Bytes;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * Whose turn it was last, for each thing that is done by one node after the other. A file in the
 * directory of the runs; what is in it is worth remembering, and not worth failing for when it
 * cannot be read.
 */
public final class Turns {
    private static final String NAME = "turns";
    private static final int MOST = 200;

    private final Path file;

    /**
     * @param runs the directory of the runs
     */
    public Turns(Path runs) {
        this.file = runs.resolve(NAME);
    }

    /** Of these, in order of their names, the one after the last whose turn it was. */
    public Target next(String what, List<Target> nodes) {
        var sorted = nodes.stream().sorted(Target.BY_NAME).toList();
        var last = read().member(what).map(Value::toString).orElse("");
        return sorted.stream()
                .filter(node -> key(node).compareTo(last) > 0)
                .findFirst()
                .orElseGet(sorted::getFirst);
    }

    private static String key(Target node) {
        return node.name() + " " + node.id();
    }

    /**
     * It was that one's turn.
     *
     * @throws JournalException if that cannot be written down
     */
    public void took(String what, Target node) {
        var turns = new LinkedHashMap<>(read().members());
        turns.remove(what);
        turns.put(what, Value.of(key(node)));
        while (turns.size() > MOST) {
            turns.remove(turns.keySet().iterator().next());
        }
        try {
            var mode = PosixFilePermissions.fromString("rwx------");
            Files.createDirectories(
                    Optional.ofNullable(file.getParent()).orElseThrow(),
                    PosixFilePermissions.asFileAttribute(mode));
            AtomicFile.replace(file, Json.write(new Fields(turns)));
        } catch (IOException e) {
            throw new JournalException(file + ": cannot be written: " + IoReason.of(e), e);
        }
    }

    private Fields read() {
        try {
            return Files.exists(file)
                    ? Json.read(Bytes.wrap(Files.readAllBytes(file)))
                    : Fields.EMPTY;
        } catch (IOException | MalformedException _) {
            return Fields.EMPTY;
        }
    }
}
