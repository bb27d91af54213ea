package io.muster.hub.enrolment;

import io.muster.journal.AtomicFile;
import io.muster.message.Json;
import io.muster.message.NodeId;
import io.muster.message.Value.Fields;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Which ids are frozen because two machines spoke with one key: {@code frozen/ID.json}. Stays until
 * a person cleans the id, whatever the two machines do.
 */
final class Frozen {
    private static final String ENDING = ".json";

    private final Path directory;

    /**
     * Why an id is frozen.
     *
     * @param at since when
     * @param places the two machines, in words; may hold any characters, so escape it
     */
    record Reason(Instant at, String places) {}

    Frozen(AuthorityFiles files) {
        this.directory = files.nodes().resolve("frozen");
    }

    /** Freezes an id; the first reason stays. */
    void add(NodeId id, Reason reason) {
        var file = file(id);
        if (Files.exists(file)) {
            return;
        }
        try {
            OnceFile.directory(directory);
            AtomicFile.replace(
                    file,
                    Json.write(
                            Fields.EMPTY
                                    .with("at", reason.at().toEpochMilli())
                                    .with("places", reason.places())));
        } catch (IOException e) {
            throw StateFile.unwritable(file, e);
        }
    }

    /** All ids that are frozen. */
    List<NodeId> all() {
        return StateFile.names(directory).stream()
                .filter(name -> name.endsWith(ENDING))
                .map(name -> new NodeId(name.substring(0, name.length() - ENDING.length())))
                .toList();
    }

    /** Why that id is frozen, if it is. */
    Optional<Reason> of(NodeId id) {
        return StateFile.read(
                file(id),
                "frozen",
                reader -> new Reason(reader.instant("at"), reader.text("places")));
    }

    /** The id is thawed: its certificates are void now. */
    void remove(NodeId id) {
        StateFile.remove(file(id));
    }

    private Path file(NodeId id) {
        return directory.resolve(id.value() + ENDING);
    }
}
