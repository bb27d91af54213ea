package io.muster.controller.cli;

import io.muster.controller.Village;
import io.muster.security.Credentials;
import io.muster.security.Pem;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs commands as a shell would, against a village, and shows what came out of them. */
final class CommandContext {
    private final Village village;
    private final Path home;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private Connector connector;
    private String typed = "";
    private Optional<String> unseen = Optional.empty();
    private boolean terminal;
    private boolean shown;
    private final ByteArrayOutputStream raw = new ByteArrayOutputStream();

    /** What a command did. */
    record Ran(String out, String err, int code) {}

    CommandContext(Village village, Path home) {
        this.village = village;
        this.home = home;
        this.connector = (_, _, _) -> village.bus().open();
    }

    /** With the operator's keys and a configuration where they are looked for. */
    static CommandContext ready(Village village, Path home) throws IOException {
        var context = new CommandContext(village, home);
        context.keys(context.folder(), village.operator());
        context.config("hub-timeout = 20s\ndiscovery-timeout = 20s\ndiscovery-window = 1s\n");
        return context;
    }

    /** Where configuration and keys are looked for. */
    Path folder() throws IOException {
        return Files.createDirectories(home.resolve(".config/muster"));
    }

    /** Writes the usual configuration file. */
    CommandContext config(String text) throws IOException {
        Files.writeString(folder().resolve("controller.conf"), text);
        return this;
    }

    /** Writes somebody's keys as an operator's. */
    CommandContext keys(Path directory, Credentials credentials) throws IOException {
        var key = directory.resolve("operator.key");
        Files.writeString(key, Pem.key(credentials.key()));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(
                directory.resolve("operator.crt"), Pem.certificate(credentials.certificate()));
        Files.writeString(directory.resolve("trust.pem"), credentials.trust().pem());
        return this;
    }

    CommandContext variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    CommandContext connector(Connector other) {
        this.connector = other;
        return this;
    }

    /** What somebody types or pipes in. */
    CommandContext typed(String text) {
        this.typed = text;
        return this;
    }

    /** What somebody types where it is not seen. */
    CommandContext typedUnseen(String text) {
        this.unseen = Optional.of(text);
        return this;
    }

    /** Somebody sits at a terminal. */
    CommandContext atTerminal() {
        this.terminal = true;
        return this;
    }

    /** Results go to a terminal. */
    CommandContext shown() {
        this.shown = true;
        return this;
    }

    Ran run(String... words) {
        var out = new StringWriter();
        var err = new StringWriter();
        var around =
                new Surroundings(
                        new PrintWriter(out),
                        raw,
                        new PrintWriter(err),
                        new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
                        _ -> unseen.map(String::toCharArray),
                        environment,
                        home,
                        home,
                        terminal,
                        shown,
                        terminal,
                        connector,
                        InstantSource.system(),
                        SecureRandom::new,
                        "1.2.3",
                        Optional.empty());
        var code = new Muster(around).run(List.of(words));
        return new Ran(out.toString(), err.toString(), code);
    }

    /** The bytes that went out as they were. */
    byte[] raw() {
        return raw.toByteArray();
    }

    Village village() {
        return village;
    }
}
