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
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** The operator's program. */
public final class MusterMain {
    private static final Duration GOODBYE = Duration.ofSeconds(5);
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
        var typed = new Typed(System.in);
        var goodbye = new Goodbye(Thread.currentThread(), over, typed, GOODBYE);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(goodbye));
        var code = ExitCode.UNABLE.number();
        try {
            code = new Muster(surroundings(out, err, typed)).run(words);
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

    private static Surroundings surroundings(PrintWriter out, PrintWriter err, Typed typed) {
        return new Surroundings(
                out,
                new FileOutputStream(FileDescriptor.out),
                err,
                typed,
                new Unseen(),
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
