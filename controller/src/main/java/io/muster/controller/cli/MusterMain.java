package io.muster.controller.cli;

import io.muster.controller.ExitCode;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The operator's program. */
public final class MusterMain {
    private static final long GOODBYE_SECONDS = 5;
    private static final String GROUPS = "jdk.tls.namedGroups";

    private MusterMain() {}

    /** Runs one command line; the verbs are in {@link Verb}. */
    public static void main(String[] args) {
        var words = List.of(args);
        if (words.contains("--debug")) {
            System.setProperty(QuietLog.DEBUG, "true");
        }
        offerOneKeyExchange();
        var out = writer(FileDescriptor.out);
        var err = writer(FileDescriptor.err);
        var over = new CountDownLatch(1);
        interruptOnSignal(Thread.currentThread(), over);
        var code = ExitCode.UNABLE.number();
        try {
            code = new Muster(surroundings(out, err)).run(words);
        } finally {
            out.flush();
            err.flush();
            over.countDown();
        }
        // Everything is closed: an orderly exit would only load a logger to say so.
        Runtime.getRuntime().halt(code);
    }

    /**
     * Otherwise a client prepares two, and the one that the broker never takes costs it more than
     * the rest of the handshake.
     */
    private static void offerOneKeyExchange() {
        if (System.getProperty(GROUPS) == null) {
            System.setProperty(GROUPS, "x25519");
        }
    }

    /**
     * Ctrl-C ends the waiting; the command then reports what it knows, closes its connection and
     * ends the program with the code for that.
     */
    private static void interruptOnSignal(Thread command, CountDownLatch over) {
        Runnable stop =
                () -> {
                    if (over.getCount() > 0) {
                        command.interrupt();
                        await(over);
                    }
                };
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(stop));
    }

    private static void await(CountDownLatch over) {
        try {
            var _ = over.await(GOODBYE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Surroundings surroundings(PrintWriter out, PrintWriter err) {
        return new Surroundings(
                out,
                err,
                System.in,
                System.getenv(),
                Path.of(System.getProperty("user.home", "/")),
                Path.of(System.getProperty("user.dir", "/")),
                terminal(0),
                terminal(1),
                terminal(2),
                new JmsConnector(),
                InstantSource.system(),
                SecureRandom::new,
                version(),
                Optional.empty());
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        var stream = new FileOutputStream(descriptor);
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), false);
    }

    /** Whether a person is at the other end; where that cannot be seen, nobody is. */
    private static boolean terminal(int descriptor) {
        try {
            var path = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
            return path.startsWith("/dev/pts/")
                    || path.startsWith("/dev/tty")
                    || path.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    private static String version() {
        var version = MusterMain.class.getPackage().getImplementationVersion();
        return version == null ? "unreleased" : version;
    }
}
