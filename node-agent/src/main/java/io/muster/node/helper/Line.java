package io.muster.node.helper;

import io.muster.message.Bytes;
import io.muster.message.MalformedException;

import jdk.net.ExtendedSocketOptions;

import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A connection of node agent and root helper. A word is a letter, the length of what follows in
 * four bytes, and what follows: never more than that word may have.
 *
 * <p>Speaking is thread-safe, hearing is one thread's. An interrupt closes it, as does a time limit
 * that passed.
 */
public final class Line implements AutoCloseable {
    private static final int HEAD = 5;

    /** Whoever does not take a word for that long will not. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SocketChannel channel;

    public Line(SocketChannel channel) {
        this.channel = channel;
    }

    /**
     * Calls whoever listens there.
     *
     * @throws IOException if nobody does
     */
    public static Line connect(Path socket) throws IOException {
        return new Line(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    }

    /** The user at the other end, as the kernel knows it; its number if it has no name. */
    public String peer() throws IOException {
        return channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
    }

    /** Says that word. */
    public synchronized void say(Word word) throws IOException {
        var body = word.body();
        var frame = ByteBuffer.allocate(HEAD + body.length());
        frame.put(word.letter()).putInt(body.length()).put(body.view()).flip();
        try (var _ = new Limit(PATIENCE)) {
            while (frame.hasRemaining()) {
                channel.write(frame);
            }
        }
    }

    /**
     * Waits for the next word.
     *
     * @throws EOFException if the other end has gone
     * @throws MalformedException if it says something else
     */
    public Word hear() throws IOException {
        var head = read(HEAD);
        var letter = head.get();
        var length = head.getInt();
        if (length < 0 || length > Word.most(letter)) {
            throw new MalformedException("a word " + letter + " of " + length + " bytes");
        }
        return Word.of(letter, Bytes.wrap(read(length).array()));
    }

    /** As above, no longer than that. */
    public Word hear(Duration limit) throws IOException {
        try (var _ = new Limit(limit)) {
            return hear();
        }
    }

    private ByteBuffer read(int length) throws IOException {
        var buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("the other end has gone");
            }
        }
        return buffer.flip();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /**
     * Closes the connection unless it is closed itself in time: reads of channels know no limit.
     */
    private final class Limit implements AutoCloseable {
        private final CountDownLatch over = new CountDownLatch(1);

        Limit(Duration limit) {
            Thread.ofVirtual().name("limit").start(() -> watch(limit));
        }

        private void watch(Duration limit) {
            try {
                if (!over.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    channel.close();
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            over.countDown();
        }
    }
}
