package io.muster.controller.runs;

import io.muster.journal.Disk;
import io.muster.journal.Journal;
import io.muster.journal.JournalException;
import io.muster.journal.Sheet;
import io.muster.message.FieldReader;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The journal beside that of a run which says whom somebody has taken out of it. The run's own is
 * in the hands of whoever runs it, who reads this one before anything is sent.
 */
record TakenOut(Path file) {
    private static final String NAME = "taken-out.journal";
    private static final int SHARE = 1_000;

    static TakenOut beside(Path journal) {
        return new TakenOut(journal.resolveSibling(NAME));
    }

    /**
     * All of them so far.
     *
     * @throws JournalException if it cannot be read: then nobody knows who may be sent to
     */
    Set<NodeId> nodes() {
        var nodes = new HashSet<NodeId>();
        if (Files.notExists(file)) {
            return nodes;
        }
        try {
            Journal.read(
                    file,
                    record -> {
                        var reader = new FieldReader("out", Sheet.decode(record).head());
                        nodes.addAll(reader.texts("out", NodeId::new));
                        reader.text("by");
                        reader.done();
                    });
            return nodes;
        } catch (MalformedException e) {
            throw new JournalException(file + ": " + e.problem(), e);
        }
    }

    /**
     * Takes these out too, durably.
     *
     * @throws JournalException if that does not work, or somebody else is at it
     */
    void add(List<NodeId> nodes, String by, Disk disk) {
        int from = 0;
        try (var journal = Journal.open(file, _ -> {}, disk)) {
            for (; from < nodes.size(); from += SHARE) {
                var some = nodes.subList(from, Math.min(from + SHARE, nodes.size()));
                var ids = Value.texts(some.stream().map(NodeId::value).toList());
                var head = Fields.EMPTY.with("out", ids).with("by", by);
                journal.appendForced(new Sheet(head).encode());
            }
        } catch (JournalException e) {
            var done =
                    from == 0
                            ? "nothing was cancelled"
                            : "only "
                                    + from
                                    + " of "
                                    + nodes.size()
                                    + " were taken out, and no"
                                    + " node was told";
            throw new JournalException(done + ": " + e.getMessage(), e);
        }
    }
}
