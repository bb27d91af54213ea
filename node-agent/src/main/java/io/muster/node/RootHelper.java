package io.muster.node;

import io.muster.message.Bytes;
import io.muster.message.MalformedException;
import io.muster.message.RequestKey;
import io.muster.node.helper.Line;
import io.muster.node.helper.Word;

import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * The root helper: takes what the node agent passes on, from nobody else, and ends when nothing was
 * asked for a while; systemd holds the socket, and starts it again with the next question.
 */
final class RootHelper {
    /** More than the node agent runs at a time. */
    private static final int MOST = 64;

    private static final Duration FIRST_WORD = Duration.ofSeconds(10);
    private static final Duration GLANCE = Duration.ofSeconds(1);

    private final HelperDesk desk;
    private final Set<String> callers;
    private final Logger log;
    private final Semaphore places = new Semaphore(MOST);
    private final AtomicBoolean stopped = new AtomicBoolean();

    /**
     * @param callers the users who may ask
     */
    RootHelper(HelperDesk desk, Set<String> callers, Logger log) {
        this.desk = desk;
        this.callers = Set.copyOf(callers);
        this.log = log;
    }

    /** Ends {@link #serve} soon. */
    void stop() {
        stopped.set(true);
    }

    /**
     * Serves until it is stopped, or was idle for that long. The look at the clock and the taking
     * of a connection are one thread's, so that no question falls between two helpers.
     *
     * @param patience how long it stays without a question
     * @param busy whether something else keeps it
     */
    void serve(ServerSocketChannel door, Duration patience, BooleanSupplier busy)
            throws IOException {
        door.configureBlocking(false);
        try (var selector = Selector.open()) {
            door.register(selector, SelectionKey.OP_ACCEPT);
            var last = System.nanoTime();
            while (!stopped.get()) {
                selector.select(GLANCE.toMillis());
                selector.selectedKeys().clear();
                for (var caller = door.accept(); caller != null; caller = door.accept()) {
                    receive(caller);
                }
                if (!idle() || busy.getAsBoolean()) {
                    last = System.nanoTime();
                } else if (System.nanoTime() - last > patience.toNanos()) {
                    return;
                }
            }
        }
    }

    private boolean idle() {
        return places.availablePermits() == MOST && desk.idle();
    }

    private void receive(SocketChannel caller) throws IOException {
        if (!places.tryAcquire()) {
            caller.close();
            return;
        }
        Thread.ofVirtual()
                .name("visit")
                .start(
                        () -> {
                            try (var line = new Line(caller)) {
                                visit(line);
                            } catch (EOFException | ClosedChannelException _) {
                                // It asked nothing, or all was said.
                            } catch (IOException | MalformedException e) {
                                log.log(Level.WARNING, () -> "a caller: " + e.getMessage());
                            } finally {
                                places.release();
                            }
                        });
    }

    private void visit(Line line) throws IOException {
        var peer = line.peer();
        if (!callers.contains(peer)) {
            log.log(Level.ERROR, () -> "user " + peer + " may not ask for anything here");
            return;
        }
        switch (line.hear(FIRST_WORD)) {
            case Word.Perform(var envelope) -> perform(envelope, line);
            case Word.Attend(var request, var digest) -> attend(request, digest, line);
            case Word.Tell(var document) -> line.say(desk.hear(document));
            case Word.Renewed(var certificate) -> line.say(desk.renew(certificate));
            case Word.Challenge _ -> line.say(desk.nonce());
            case Word.Go _,
                    Word.Nonce _,
                    Word.Heard _,
                    Word.Unkept _,
                    Word.Ignored _,
                    Word.Armed _,
                    Word.Ordered _,
                    Word.Going _,
                    Word.Done _ ->
                    throw new MalformedException("the first word is no question");
        }
    }

    private void perform(Bytes envelope, Line line) throws IOException {
        await(line, visit -> desk.receive(envelope, visit));
    }

    private void attend(RequestKey request, String digest, Line line) throws IOException {
        await(line, visit -> desk.attend(request, digest, visit));
    }

    private void await(Line line, Predicate<Visit> asking) throws IOException {
        var visit = new Visit(line);
        // What is asked may have to wait for its place; whether the node agent hangs up is heard.
        var deciding =
                Thread.ofVirtual()
                        .name("decide")
                        .start(() -> decide(line, () -> asking.test(visit)));
        try {
            while (line.hear() instanceof Word.Go) {
                visit.go();
            }
        } finally {
            desk.leave(visit);
            join(deciding);
            // It may have come there after it had left.
            desk.leave(visit);
        }
    }

    /** Whom nothing will be answered is told so, and hung up on. */
    private void decide(Line line, BooleanSupplier asking) {
        var answered = false;
        try {
            answered = asking.getAsBoolean();
            if (!answered) {
                line.say(new Word.Ignored());
            }
        } catch (IOException e) {
            log.log(Level.WARNING, () -> "the node agent was not told: " + e.getMessage());
        } finally {
            if (!answered) {
                close(line);
            }
        }
    }

    private void close(Line line) {
        try {
            line.close();
        } catch (IOException e) {
            log.log(Level.WARNING, () -> "a caller: " + e.getMessage());
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
