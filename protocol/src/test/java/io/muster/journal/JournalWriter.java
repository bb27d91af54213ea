package io.muster.journal;

import io.muster.message.Bytes;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;

/** A process that appends until it is killed, and notes elsewhere what the journal promised it. */
final class JournalWriter {
    private JournalWriter() {}

    public static void main(String[] args) throws IOException {
        try (var journal = Journal.open(Path.of(args[0]), _ -> {});
                var promised = new FileOutputStream(args[1])) {
            for (int n = 0; ; n++) {
                journal.appendForced(Bytes.utf8("record " + n));
                promised.write(1);
            }
        }
    }
}
