package io.muster.hub.registry.redis;

import io.muster.message.Bytes;
import io.muster.message.Spans;
import io.muster.security.VouchedConnection;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** One connection to a Redis, by one thread; of no use after an {@link IOException}. */
final class RedisConnection implements AutoCloseable {
    private static final Duration SILENCE = Duration.ofSeconds(5);
    private static final int BUFFER = 64 * 1024;

    private final VouchedConnection line;
    private final Duration patience;
    private final OutputStream out;
    private final RespReader in;
    private final LongSupplier nanos;
    private Duration limit;
    private long begun;

    /** A command with its arguments. */
    record Command(List<Bytes> words) {
        public Command {
            words = List.copyOf(words);
        }

        /** Of words that are text. */
        static Command of(String... words) {
            return new Command(List.of(words).stream().map(Bytes::utf8).toList());
        }
    }

    /** Takes answers one by one. */
    @FunctionalInterface
    interface Answers {
        void take(int number, Resp answer) throws IOException;
    }

    private RedisConnection(VouchedConnection line, Duration patience, LongSupplier nanos)
            throws IOException {
        this.line = line;
        this.patience = patience;
        this.nanos = nanos;
        this.out = new BufferedOutputStream(line.output(), BUFFER);
        this.in = new RespReader(new BufferedInputStream(line.input(), BUFFER), nanos);
        this.limit = patience;
        this.begun = nanos.getAsLong();
    }

    /**
     * Connects and says who is there.
     *
     * @param patience how long it may take to say some commands and hear the answers
     * @throws IOException if it cannot be reached, or does not let us in
     */
    static RedisConnection open(RedisPlace place, Duration patience, LongSupplier nanos)
            throws IOException {
        var password = place.readPassword();
        var line =
                place.authorities().isPresent()
                        ? VouchedConnection.open(place.server(), place.authorities().get(), SILENCE)
                        : VouchedConnection.plain(place.server(), SILENCE);
        try {
            var connection = new RedisConnection(line, patience, nanos);
            connection.enter(place.user(), password);
            return connection;
        } catch (IOException | RuntimeException e) {
            line.close();
            throw e;
        }
    }

    /** From now on everything up to the next call of this must be over within that time. */
    void within(Duration newLimit) {
        limit = newLimit;
        begun = nanos.getAsLong();
    }

    /** How many bytes of texts have come so far, those that were left out included. */
    long received() {
        return in.received();
    }

    private void enter(Optional<String> user, Optional<String> password) throws IOException {
        if (password.isPresent()) {
            var command =
                    user.map(name -> Command.of("AUTH", name, password.get()))
                            .orElseGet(() -> Command.of("AUTH", password.get()));
            call(command);
        }
        call(Command.of("PING"));
    }

    /**
     * Says one command and waits for the answer.
     *
     * @throws IOException also if Redis will not
     */
    Resp call(Command command) throws IOException {
        var answers = new Resp[1];
        all(List.of(command), (_, answer) -> answers[0] = answer);
        return answers[0];
    }

    /**
     * Says all commands, then takes the answers in their order; for commands that are small, or
     * whose answers are.
     *
     * @throws IOException also if Redis will not do one of them
     */
    void all(List<Command> commands, Answers answers) throws IOException {
        var left = left();
        in.until(nanos.getAsLong() + left.toNanos());
        try (var deadline = line.within(left)) {
            try {
                say(commands);
                hear(commands.size(), answers);
            } catch (IOException e) {
                throw deadline.missed() ? tooLong(e) : e;
            }
        }
    }

    /**
     * How long the next commands may take.
     *
     * @throws IOException if they may not take any time
     */
    private Duration left() throws IOException {
        var left = limit.minusNanos(nanos.getAsLong() - begun);
        if (!left.isPositive()) {
            throw new IOException("not done within " + Spans.print(limit));
        }
        return left.compareTo(patience) < 0 ? left : patience;
    }

    private IOException tooLong(IOException cause) {
        return new IOException(
                "it does not listen, or answer, within " + Spans.print(patience), cause);
    }

    private void say(List<Command> commands) throws IOException {
        for (var command : commands) {
            say(command);
        }
        out.flush();
    }

    private void hear(int count, Answers answers) throws IOException {
        for (int i = 0; i < count; i++) {
            var answer = in.next();
            if (answer instanceof Resp.Failure(String words)) {
                throw new IOException("it refuses: " + words);
            }
            answers.take(i, answer);
        }
    }

    private void say(Command command) throws IOException {
        out.write(ascii("*" + command.words().size() + "\r\n"));
        for (var word : command.words()) {
            out.write(ascii("$" + word.length() + "\r\n"));
            out.write(word.view());
            out.write(ascii("\r\n"));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        try {
            line.close();
        } catch (IOException _) {
            // It is of no use any more, whatever was wrong with it.
        }
    }
}
