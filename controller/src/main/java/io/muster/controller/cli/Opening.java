package io.muster.controller.cli;

import io.muster.controller.ControllerConfig;
import io.muster.controller.trust.KnownLists;
import io.muster.security.Credentials;
import io.muster.security.PassphraseSource;
import io.muster.security.SecurityFileException;
import io.muster.transport.Transport;

import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.random.RandomGenerator;

/**
 * Reads configuration and keys and reaches the bus on a thread of its own, so that the command line
 * can be parsed meanwhile: each takes about as long as the other.
 */
final class Opening {
    private final Path file;
    private final CountDownLatch wanted = new CountDownLatch(1);
    private final FutureTask<Keys> keys;
    private final FutureTask<Transport> transport;

    /** What is needed to speak as the operator, and to know whom not to speak to. */
    record Keys(
            ControllerConfig config,
            Credentials credentials,
            KnownLists lists,
            RandomGenerator random) {}

    private Opening(Surroundings around, ConfigFile configuration) {
        this.file = configuration.path();
        this.keys =
                new FutureTask<>(
                        () -> {
                            var config = configuration.read();
                            var credentials =
                                    Session.credentials(config, around, whenWanted(config, around));
                            var lists = new KnownLists(config.credentials());
                            credentials.trust().heed(lists.revocations());
                            return new Keys(config, credentials, lists, around.random().get());
                        });
        this.transport = new FutureTask<>(() -> connect(around));
    }

    /** Begins to open. */
    static Opening begin(Surroundings around, CommonOptions options) {
        var opening = new Opening(around, new ConfigFile(around, options));
        Thread.ofPlatform().daemon().name("opening").start(opening::run);
        return opening;
    }

    private void run() {
        keys.run();
        transport.run();
    }

    private Transport connect(Surroundings around) throws InterruptedException {
        var process = new byte[8];
        var read = result(keys);
        read.random().nextBytes(process);
        return around.connector()
                .connect(read.config(), read.credentials(), HexFormat.of().formatHex(process));
    }

    /** A person is asked only when the command line is known to make sense. */
    private PassphraseSource whenWanted(ControllerConfig config, Surroundings around) {
        return key -> {
            try {
                wanted.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SecurityFileException(key + ": interrupted", e);
            }
            return Session.passphrases(config, around).of(key);
        };
    }

    /** Whether it goes by the configuration that those options name. */
    boolean isFor(ConfigFile configuration) {
        return configuration.path().equals(file);
    }

    /**
     * The keys; waits until they are read.
     *
     * @throws RuntimeException of the part that cannot be used, with a message for the operator
     */
    Keys keys() throws InterruptedException {
        wanted.countDown();
        return result(keys);
    }

    /**
     * The connection, the taker's to close; waits until it is there.
     *
     * @throws RuntimeException if it cannot be made, with a message for the operator
     */
    Transport transport() throws InterruptedException {
        wanted.countDown();
        return result(transport);
    }

    private static <T> T result(FutureTask<T> task) throws InterruptedException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException problem -> throw problem;
                case Error error -> throw error;
                case InterruptedException interrupt -> throw interrupt;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }
}
