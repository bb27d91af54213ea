package io.muster.hub.registry.redis;

import io.muster.message.Bytes;
import io.muster.security.VouchedConnection;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** One connection to a Redis, by one thread; of no use after an {@link IOException}. */
final class RedisConnection implements AutoCloseable {
    private static final Duration SILENCE = Duration.ofSeconds(5);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int BUFFER = 64 * 1024;

    private final Socket socket;
    private final OutputStream out;
    private final RespReader in;
    private final LongSupplier nanos;

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

    private RedisConnection(Socket socket, LongSupplier nanos) throws IOException {
        this.socket = socket;
        this.nanos = nanos;
        this.out = new BufferedOutputStream(socket.getOutputStream(), BUFFER);
        this.in = new RespReader(new BufferedInputStream(socket.getInputStream(), BUFFER), nanos);
    }

    /**
     * Connects and says who is there.
     *
     * @throws IOException if it cannot be reached, or does not let us in
     */
    static RedisConnection open(RedisPlace place, LongSupplier nanos) throws IOException {
        var password = place.readPassword();
        var socket =
                place.authorities().isPresent()
                        ? VouchedConnection.open(place.server(), place.authorities().get(), SILENCE)
                        : VouchedConnection.plain(place.server(), SILENCE);
        try {
            var connection = new RedisConnection(socket, nanos);
            connection.enter(place.user(), password);
            return connection;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
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
        in.until(nanos.getAsLong() + LIMIT.toNanos());
        for (var command : commands) {
            say(command);
        }
        out.flush();
        for (int i = 0; i < commands.size(); i++) {
            var answer = in.next();
            if (answer instanceof Resp.Failure(String line)) {
                throw new IOException("it refuses: " + line);
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
            socket.close();
        } catch (IOException _) {
            // It is of no use any more, whatever was wrong with it.
        }
    }
}
