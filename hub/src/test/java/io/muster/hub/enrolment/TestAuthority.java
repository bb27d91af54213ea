package io.muster.hub.enrolment;

import io.muster.enrolment.Applicant;
import io.muster.enrolment.JoinAnswer;
import io.muster.enrolment.JoinRequest;
import io.muster.enrolment.JoinToken;
import io.muster.enrolment.Listener;
import io.muster.message.Collective;
import io.muster.message.Endpoint;
import io.muster.message.NodeId;
import io.muster.security.Attributes;
import io.muster.security.Ed25519Key;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A real authority in a directory, with a clock that tests move. */
final class TestAuthority {
    static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    final SecureRandom random = new SecureRandom();
    final Path directory;
    final List<Issued> admitted = new java.util.concurrent.CopyOnWriteArrayList<>();
    Instant now;

    private TestAuthority(Path directory, Instant now) {
        this.directory = directory;
        this.now = now;
    }

    /** A new one, founded at noon. */
    static TestAuthority found(Path directory) {
        return found(directory, NOON);
    }

    static TestAuthority found(Path directory, Instant now) {
        var authority = new TestAuthority(directory, now);
        new Founding(authority.random, () -> now).found(directory, "test", config());
        return authority;
    }

    static AuthorityConfig config() {
        return new AuthorityConfig(
                Endpoint.parse("localhost:61618"),
                Endpoint.parse("localhost:61617"),
                List.of("localhost", "127.0.0.1"),
                Lifetimes.DEFAULT);
    }

    Authority open() {
        return Authority.open(directory, random, () -> now);
    }

    Door door() {
        return new Door(new AuthorityFiles(directory), random, () -> now);
    }

    /** As a hub would decide that has just been started. */
    Enrolment enrolment() {
        var welcome = new Enrolment.Welcome(List.of(Collective.MAIN), config().broker());
        return new Enrolment(open(), door(), welcome, admitted::add, () -> now);
    }

    Listener listener() {
        return new Listener(Endpoint.parse("localhost:61618"), open().rootFingerprint());
    }

    JoinToken token() {
        return token(1, "*");
    }

    JoinToken token(int uses, String pattern) {
        return door().token(
                        listener(),
                        new TokenTerms(
                                uses,
                                Duration.ofHours(1),
                                new IdPattern(pattern),
                                Attributes.NONE));
    }

    Ed25519Key key() {
        return Ed25519Key.generate(random);
    }

    JoinAnswer answer(JoinRequest request) {
        return enrolment().answer(request, "10.0.0.7");
    }

    JoinAnswer join(Ed25519Key key, String id, JoinToken token) {
        return answer(JoinRequest.of(key, applicant(id), token, random));
    }

    JoinAnswer ask(Ed25519Key key, String id) {
        return answer(JoinRequest.of(key, applicant(id)));
    }

    static Applicant applicant(String id) {
        var wanted = id.isEmpty() ? Optional.<NodeId>empty() : Optional.of(new NodeId(id));
        return new Applicant(wanted, "host-" + id + ".example.org", "machine-" + id);
    }
}
