package io.muster.hub.enrolment;

import io.muster.message.NodeId;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;

/**
 * Whose queues the hub still has to empty, because their next holder must not find what was meant
 * for the last: {@code purges/ID}. To be used under the {@link EnrolmentLock} only.
 */
final class Purges {
    private final Path directory;

    Purges(AuthorityFiles files) {
        this.directory = files.nodes().resolve("purges");
    }

    void add(NodeId id) {
        var file = directory.resolve(id.value());
        try {
            OnceFile.directory(directory);
            OnceFile.secret(file, io.muster.message.Bytes.utf8("\n"));
        } catch (FileAlreadyExistsException e) {
            // noted before, and not done yet
        } catch (IOException e) {
            throw StateFile.unwritable(file, e);
        }
    }

    /** All of them. */
    List<NodeId> all() {
        return StateFile.names(directory).stream().map(NodeId::new).toList();
    }

    /** That one's is empty. */
    void done(NodeId id) {
        StateFile.remove(directory.resolve(id.value()));
    }
}
