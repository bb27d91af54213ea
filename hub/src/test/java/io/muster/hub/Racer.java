package io.muster.hub;

import io.muster.enrolment.Applicant;
import io.muster.enrolment.JoinAnswer.Granted;
import io.muster.enrolment.JoinRequest;
import io.muster.enrolment.JoinToken;
import io.muster.hub.enrolment.Authority;
import io.muster.hub.enrolment.Door;
import io.muster.hub.enrolment.Enrolment;
import io.muster.message.Collective;
import io.muster.security.Ed25519Key;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** A process that decides about join requests, as another one does at the same time. */
final class Racer {
    private Racer() {}

    /**
     * Uses every token of a file once and writes one line for each, {@code granted} or not.
     *
     * @param args the authority's directory, the file of tokens, the file of results
     */
    public static void main(String[] args) throws IOException {
        var random = new SecureRandom();
        var clock = InstantSource.system();
        var authority = Authority.open(Path.of(args[0]), random, clock);
        var welcome = new Enrolment.Welcome(List.of(Collective.MAIN), authority.config().broker());
        var enrolment =
                new Enrolment(
                        authority,
                        new Door(authority.files(), random, clock),
                        welcome,
                        _ -> {},
                        clock);
        var applicant = new Applicant(Optional.empty(), "racer", args[2]);
        var lines = new StringBuilder();
        for (var printed : Files.readAllLines(Path.of(args[1]))) {
            var key = Ed25519Key.generate(random);
            var request = JoinRequest.of(key, applicant, JoinToken.parse(printed), random);
            var answer = enrolment.answer(request, "127.0.0.1");
            lines.append(answer instanceof Granted ? "granted\n" : "refused\n");
        }
        Files.writeString(Path.of(args[2]), lines);
    }
}
