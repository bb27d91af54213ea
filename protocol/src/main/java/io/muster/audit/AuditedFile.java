package io.muster.audit;

import io.muster.message.AuditHead;
import io.muster.message.Bytes;
import io.muster.message.Json;
import io.muster.message.MalformedException;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One file of an audit log, read from its beginning to its end.
 *
 * @param file which
 * @param first its first record, if that can be read
 * @param last its last record that could be read
 * @param records how many could be
 * @param hashes of those records that were asked for, by sequence
 * @param problems whatever is not as the node agent writes it
 */
record AuditedFile(
        Path file,
        Optional<AuditRecord> first,
        Optional<AuditRecord> last,
        long records,
        Map<Long, String> hashes,
        List<Problem> problems) {
    private static final int MOST_PROBLEMS = 20;

    AuditedFile {
        hashes = Map.copyOf(hashes);
        problems = List.copyOf(problems);
    }

    /** The chain it belongs to; empty if it does not begin as a file must. */
    Optional<String> chain() {
        try {
            return first.map(AuditRecord::chain);
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }

    /**
     * Reads it.
     *
     * @param wanted the sequences of which the hash is wanted
     */
    static AuditedFile read(Path file, Set<Long> wanted) throws IOException {
        return new Reading(file, wanted).read();
    }

    /** What is known while it is read. */
    private static final class Reading {
        private final Path file;
        private final Set<Long> wanted;
        private final Map<Long, String> hashes = new HashMap<>();
        private final List<Problem> problems = new ArrayList<>();
        private Optional<AuditRecord> first = Optional.empty();
        private Optional<AuditRecord> last = Optional.empty();
        private String chain = "0".repeat(32);
        private long line;
        private long records;

        Reading(Path file, Set<Long> wanted) {
            this.file = file;
            this.wanted = wanted;
        }

        AuditedFile read() throws IOException {
            try (var in = new BufferedInputStream(Files.newInputStream(file), 64 * 1024)) {
                while (line(in)) {
                    line++;
                }
            }
            if (records == 0 && problems.isEmpty()) {
                problem("there is no record in it");
            }
            return new AuditedFile(file, first, last, records, hashes, problems);
        }

        private boolean line(InputStream in) throws IOException {
            var bytes = new ByteArrayOutputStream(1_024);
            var next = in.read();
            while (next >= 0 && next != '\n') {
                if (bytes.size() <= Json.MAX_DOCUMENT) {
                    bytes.write(next);
                }
                next = in.read();
            }
            if (next < 0) {
                if (bytes.size() > 0) {
                    problem("it ends in the middle of a record");
                }
                return false;
            }
            record(Bytes.wrap(bytes.toByteArray()));
            return true;
        }

        private void record(Bytes bytes) {
            try {
                take(AuditRecord.read(bytes));
            } catch (MalformedException e) {
                problem(e.problem());
            }
        }

        private void take(AuditRecord record) {
            if (line == 0) {
                chain = record.chain();
            } else if (last.isPresent() && !record.follows(last.get().head(chain))) {
                problem(
                        "record "
                                + record.sequence()
                                + " does not follow record "
                                + last.get().sequence()
                                + ": records were removed, inserted or put in another order");
            }
            first = first.or(() -> Optional.of(record));
            last = Optional.of(record);
            records++;
            if (wanted.contains(record.sequence())) {
                hashes.put(record.sequence(), record.head(chain).hash());
            }
        }

        private void problem(String what) {
            if (problems.size() < MOST_PROBLEMS) {
                problems.add(new Problem(file, Optional.of(line + 1), what));
            }
        }
    }

    /** Its last record as a head of its chain. */
    Optional<AuditHead> head() {
        return chain().flatMap(named -> last.map(record -> record.head(named)));
    }
}
