package io.muster.controller.ask;

import io.muster.config.IoReason;
import io.muster.message.Json;
import io.muster.message.LeftOut;
import io.muster.message.Outcome;
import io.muster.message.Reply;
import io.muster.message.Reply.Answer;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Bounds what answers take of this program's memory: once they weigh as much as they may, the data
 * of each further one goes to a file that nobody else can read, a JSON object a line, and the
 * answer says where its data is. The file is made when it is needed, told of once, and left there.
 * Thread-safe.
 */
final class Spill implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Spill.class.getName());

    /** The member that stands for data which is elsewhere. */
    private static final String ELSEWHERE = "elsewhere";

    /** Output in JSON is put together in memory, several times over. */
    private static final int SHARE = 16;

    private static final long MOST_ON_DISK = 4L << 30;
    private static final int WEIGHT = 64;
    private static final int ESCAPED = 6;
    private static final int LONG_MESSAGE = 200;

    private final long most;
    private long kept;
    private long written;
    private Optional<Path> file = Optional.empty();
    private Optional<OutputStream> out = Optional.empty();
    private boolean broken;

    /** As much as this program's memory bears. */
    Spill() {
        this(Runtime.getRuntime().maxMemory() / SHARE);
    }

    /**
     * @param most how much answers may weigh
     */
    Spill(long most) {
        this.most = most;
    }

    /** The reply, or the same with its data elsewhere. */
    synchronized Reply keep(Reply reply) {
        if (!(reply.answer() instanceof Answer.Final(Outcome outcome))) {
            return reply;
        }
        var weight = weight(outcome.message()) + weight(outcome.result());
        if (weight <= WEIGHT + LONG_MESSAGE || kept + weight <= most) {
            kept += weight;
            return reply;
        }
        kept += LONG_MESSAGE;
        var where = Fields.EMPTY.with(ELSEWHERE, put(reply, outcome));
        return with(reply, LeftOut.of(outcome, where, LONG_MESSAGE));
    }

    private static Reply with(Reply reply, Outcome outcome) {
        return new Reply(
                reply.request(),
                reply.digest(),
                reply.sender(),
                reply.name(),
                reply.sequence(),
                new Answer.Final(outcome),
                reply.started(),
                reply.sent(),
                reply.boot(),
                reply.audit());
    }

    /** Writes it down; says where it is. */
    private String put(Reply reply, Outcome outcome) {
        var line =
                Json.text(
                                Fields.EMPTY
                                        .with("id", reply.sender().nodeId().value())
                                        .with("request", reply.request().value())
                                        .with("outcome", outcome.toValue()))
                        + "\n";
        try {
            if (broken || written + line.length() > MOST_ON_DISK) {
                return "dropped: there is no room for it";
            }
            opened().write(line.getBytes(StandardCharsets.UTF_8));
            written += line.length();
            return file.orElseThrow().toString();
        } catch (IOException e) {
            broken = true;
            LOG.log(Level.WARNING, () -> "further data of answers is dropped: " + IoReason.of(e));
            return "dropped: " + IoReason.of(e);
        }
    }

    private OutputStream opened() throws IOException {
        if (out.isEmpty()) {
            var made = Files.createTempFile("muster-answers-", ".jsonl");
            file = Optional.of(made);
            out = Optional.of(Files.newOutputStream(made));
            LOG.log(
                    Level.WARNING,
                    () ->
                            "the answers are more than the memory bears: what does not fit is in "
                                    + made);
        }
        return out.get();
    }

    /** What a value takes in memory and in output, roughly. */
    private static long weight(Value value) {
        return switch (value) {
            case Value.Text(String text) -> weight(text);
            case Value.Whole _, Value.Decimal _, Value.Truth _, Value.Nothing _ -> WEIGHT;
            case Items(var items) -> WEIGHT + items.stream().mapToLong(Spill::weight).sum();
            case Fields(var members) ->
                    WEIGHT
                            + members.entrySet().stream()
                                    .mapToLong(e -> weight(e.getKey()) + weight(e.getValue()))
                                    .sum();
        };
    }

    private static long weight(String text) {
        return WEIGHT
                + text.chars().map(c -> c >= ' ' && c < 0x7f ? 1 : ESCAPED).asLongStream().sum();
    }

    @Override
    public synchronized void close() {
        if (out.isPresent()) {
            try {
                out.get().close();
            } catch (IOException e) {
                LOG.log(Level.WARNING, () -> file.orElseThrow() + ": " + IoReason.of(e));
            }
        }
    }
}
