package io.muster.hub.cli;

import io.muster.enrolment.KeyFingerprint;
import io.muster.hub.enrolment.Door;
import io.muster.hub.enrolment.PendingRequest;
import io.muster.message.Escape;
import io.muster.message.NodeId;

import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.util.Optional;

/** Which of those who wait a command is about, and whether the person is sure. */
final class Choice {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "ID",
            description = "The id it would get.")
    private Optional<NodeId> id = Optional.empty();

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FINGERPRINT",
            description = "What the machine shows; must be its key's.")
    private Optional<KeyFingerprint> fingerprint = Optional.empty();

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask; sure even without a fingerprint.")
    private boolean yes;

    /** The one that waits. */
    PendingRequest find(Door door) {
        var wanted = id.orElseThrow(() -> new UsageException("which ID? see muster ca list"));
        return door.waiting(wanted, fingerprint);
    }

    /** Whether to go on: with the right fingerprint, with --yes, or when a person says so. */
    boolean sure(Surroundings around, PendingRequest waiting, String question) {
        if (yes || fingerprint.isPresent()) {
            return true;
        }
        if (!around.terminal()) {
            throw new UsageException(
                    "nobody to ask: give the fingerprint that the machine shows, or --yes");
        }
        var err = around.err();
        err.println(
                waiting.id()
                        + ", host "
                        + Escape.quoted(waiting.applicant().name())
                        + ", from "
                        + Escape.line(waiting.source())
                        + ", waits for "
                        + Times.age(waiting.since(), around.clock().instant()));
        err.println("fingerprint " + waiting.fingerprint());
        return typed(around, question + " [y/N] ").matches("(?i)y(es)?");
    }

    /** What a person answers; nothing if nobody does. */
    String typed(Surroundings around, String question) {
        around.err().print(question);
        around.err().flush();
        try {
            var answer = around.in().readLine();
            return answer == null ? "" : answer.strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** Refuses a choice where all are meant. */
    void checkNone() {
        if (id.isPresent() || yes) {
            throw new UsageException("either an ID or --all, which is always asked about");
        }
    }
}
