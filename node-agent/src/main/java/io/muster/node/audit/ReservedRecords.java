package io.muster.node.audit;

import io.muster.audit.AuditRecord;
import io.muster.message.Bytes;
import io.muster.message.MalformedException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The records in the lines of a reserve; what is none does not count. */
final class ReservedRecords {
    private ReservedRecords() {}

    static List<AuditRecord> of(Reserve reserve) throws IOException {
        return of(reserve.lines());
    }

    private static List<AuditRecord> of(Bytes lines) {
        var records = new ArrayList<AuditRecord>();
        for (var line : new String(lines.view(), StandardCharsets.UTF_8).lines().toList()) {
            try {
                records.add(AuditRecord.read(Bytes.utf8(line)));
            } catch (MalformedException _) {
                return List.copyOf(records);
            }
        }
        return List.copyOf(records);
    }
}
