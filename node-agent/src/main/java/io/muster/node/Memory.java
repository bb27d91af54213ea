package io.muster.node;

import io.muster.journal.Sheet;
import io.muster.message.Bytes;
import io.muster.message.FieldReader;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.RequestKey;
import io.muster.node.Endings.Ended;
import io.muster.node.RequestJournal.Begun;
import io.muster.node.SeenRequests.Seen;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a {@link RequestJournal} knows without reading its file. Not thread-safe. */
final class Memory {
    /** What the ends of all that was begun or refused may take. */
    private static final long MOST_ENDED = 4L << 20;

    /** What those of requests that only look may take, which are in memory alone. */
    private static final long MOST_LOOKED = 1L << 20;

    private final Endings ended = new Endings(MOST_ENDED);
    private final Endings looked = new Endings(MOST_LOOKED);
    private final SeenRequests seen = new SeenRequests();
    private final Map<RequestKey, Begun> unfinished = new LinkedHashMap<>();
    private final Withdrawals withdrawals = new Withdrawals(unfinished::containsKey);

    /** How what was begun or refused has ended. */
    Endings ended() {
        return ended;
    }

    /** How what only looks has. */
    Endings looked() {
        return looked;
    }

    /** What came. */
    SeenRequests seen() {
        return seen;
    }

    /** What was cancelled. */
    Withdrawals withdrawals() {
        return withdrawals;
    }

    /** What was begun and has not ended. */
    List<Begun> unfinished() {
        return List.copyOf(unfinished.values());
    }

    Optional<Begun> unfinished(RequestKey key) {
        return Optional.ofNullable(unfinished.get(key));
    }

    void begun(Begun begun) {
        unfinished.put(begun.key(), begun);
    }

    void nothingBegun() {
        unfinished.clear();
    }

    /** What was begun has ended. */
    void over(Ended end, Instant now) {
        unfinished.remove(end.key());
        ended.add(end, now);
    }

    /** How that request has ended, if it has. */
    Optional<Ended> end(RequestKey key) {
        return ended.find(key).or(() -> looked.find(key));
    }

    /** Whether the request known by that key is this very one. */
    boolean saw(Begun asked) {
        return seen.find(asked.key()).filter(s -> s.digest().equals(asked.digest())).isPresent();
    }

    /** The digest of that request. */
    Optional<String> digest(RequestKey key) {
        return seen.find(key)
                .map(Seen::digest)
                .or(() -> end(key).map(Ended::digest))
                .or(() -> unfinished(key).map(Begun::digest));
    }

    /** All that has to be on disk, without what may be forgotten. */
    List<Bytes> live(Instant now) {
        seen.forget(now);
        ended.forget(now);
        looked.forget(now);
        withdrawals.forget(now);
        var live = new ArrayList<Bytes>();
        live.add(Json.write(JournalRecords.forgotten(seen.forgotten(), ended.forgotten())));
        seen.all().forEach(each -> live.add(Json.write(JournalRecords.of(each))));
        ended.all().forEach(e -> live.add(new Sheet(JournalRecords.of(e), e.reply()).encode()));
        withdrawals.all().forEach(each -> live.add(Json.write(JournalRecords.of(each))));
        unfinished.values().forEach(begun -> live.add(Json.write(JournalRecords.of(begun))));
        return live;
    }

    /** Learns from a record what it says. */
    void replay(Bytes record, Instant now) {
        var sheet = Sheet.decode(record);
        var fields = sheet.head();
        var reader = new FieldReader("journal", fields);
        if (fields.member("seen").isPresent()) {
            seen.add(JournalRecords.seen(reader));
        } else if (fields.member("begun").isPresent()) {
            begun(JournalRecords.begun(reader));
        } else if (fields.member("ended").isPresent()) {
            over(JournalRecords.ended(reader, sheet.held()), now);
        } else if (fields.member("withdrawn").isPresent()) {
            withdrawals.add(JournalRecords.withdrawn(reader));
        } else if (fields.member("forgotten").isPresent()) {
            seen.forgotUntil(reader.instant("forgotten"));
            ended.forgotUntil(reader.instant("ends"));
        } else {
            throw new MalformedException("journal: a record of an unknown kind");
        }
        reader.done();
    }
}
