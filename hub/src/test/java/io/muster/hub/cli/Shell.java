package io.muster.hub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.enrolment.Applicant;
import io.muster.enrolment.JoinAnswer.Pending;
import io.muster.enrolment.JoinRequest;
import io.muster.hub.enrolment.Authority;
import io.muster.hub.enrolment.Door;
import io.muster.hub.enrolment.Enrolment;
import io.muster.message.Collective;
import io.muster.message.NodeId;
import io.muster.security.Ed25519Key;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Somebody who types commands about an authority in a directory, and reads what they say. */
final class Shell {
    static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    final SecureRandom random = new SecureRandom();
    private final Path directory;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Instant now = NOON;

    Shell(Path directory) {
        this.directory = directory;
    }

    Path home() {
        return directory.resolve("home");
    }

    Path ca() {
        return directory.resolve("ca");
    }

    /** Standard output of the last command. */
    String out() {
        return out.toString();
    }

    /** Standard error of the last command. */
    String err() {
        return err.toString();
    }

    Instant now() {
        return now;
    }

    void itIs(Instant time) {
        now = time;
    }

    /** Runs it; its exit status. */
    int run(String typed, boolean terminal, String... words) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        var in = new BufferedReader(new StringReader(typed));
        var around =
                new Surroundings(
                        new PrintWriter(out),
                        new PrintWriter(err),
                        in,
                        prompt -> typedUnseen(in, prompt),
                        Map.of(),
                        home(),
                        "Alice",
                        terminal,
                        () -> now,
                        random);
        return new HubLine(around).run(List.of(words));
    }

    private Optional<char[]> typedUnseen(BufferedReader in, String prompt) {
        err.append(prompt);
        try {
            return Optional.ofNullable(in.readLine()).map(String::toCharArray);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A verb of {@code muster ca}, about this authority, with nobody at the keyboard. */
    int ca(String... words) {
        var all =
                Stream.of(Stream.of("ca"), Stream.of(words), Stream.of("--dir", ca().toString()))
                        .flatMap(s -> s);
        return run("", false, all.toArray(String[]::new));
    }

    /** Founds it; Alice is its first operator. */
    int init() {
        return ca("init", "--fleet", "prod", "--host", "hub.example.org", "--no-passphrase");
    }

    Authority authority() {
        return Authority.open(ca(), random, () -> now);
    }

    Door door() {
        return new Door(authority().files(), random, () -> now);
    }

    Enrolment enrolment() {
        var authority = authority();
        return new Enrolment(
                authority,
                door(),
                new Enrolment.Welcome(List.of(Collective.MAIN), authority.config().broker()),
                _ -> {},
                () -> now);
    }

    /** A machine that asks to join and is not let in yet; its key. */
    Ed25519Key waits(String id, String host) {
        var key = Ed25519Key.generate(random);
        waits(key, id, host);
        return key;
    }

    /** The same with a key that it has. */
    void waits(Ed25519Key key, String id, String host) {
        var applicant = new Applicant(Optional.of(new NodeId(id)), host, "machine");
        assertThat(enrolment().answer(JoinRequest.of(key, applicant), "10.0.0.7"))
                .isInstanceOf(Pending.class);
    }
}
