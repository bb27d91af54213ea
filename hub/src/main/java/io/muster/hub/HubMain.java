package io.muster.hub;

import io.muster.config.ConsoleLog;
import io.muster.hub.cli.HubLine;
import io.muster.hub.cli.Surroundings;
import io.muster.message.Guard;

import java.io.BufferedReader;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The hub's program: {@code muster hub} and {@code muster ca}. */
public final class HubMain {
    private HubMain() {}

    /** Runs one command line. */
    public static void main(String[] args) {
        var words = List.of(args);
        var out = Guard.of(writer(FileDescriptor.out));
        var err = Guard.of(writer(FileDescriptor.err));
        var log = words.contains("hub") ? out : err;
        ConsoleLog.install(log, System.getenv("JOURNAL_STREAM") != null, words.contains("--debug"));
        var around =
                new Surroundings(
                        out,
                        err,
                        new BufferedReader(
                                new InputStreamReader(System.in, StandardCharsets.UTF_8)),
                        HubMain::unseen,
                        System.getenv(),
                        Path.of(System.getProperty("user.home", "/")),
                        System.getProperty("user.name", "unknown"),
                        terminal(0) && terminal(2),
                        InstantSource.system(),
                        new SecureRandom());
        var code = new HubLine(around).run(words);
        out.flush();
        err.flush();
        System.exit(code);
    }

    private static Optional<char[]> unseen(String prompt) {
        return Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .map(console -> console.readPassword("%s", prompt));
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

    private static PrintWriter writer(FileDescriptor descriptor) {
        var stream = new FileOutputStream(descriptor);
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), false);
    }
}
