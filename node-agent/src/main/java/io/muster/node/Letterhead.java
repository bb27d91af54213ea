package io.muster.node;

import io.muster.message.AuditHead;
import io.muster.message.Identity;
import io.muster.message.Reply;
import io.muster.message.Reply.Answer;
import io.muster.node.RequestJournal.Begun;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What stands on all that a node answers.
 *
 * @param names what the node calls itself now
 * @param boot the boot id of the machine
 */
record Letterhead(Identity self, Supplier<String> names, String boot, InstantSource clock) {

    /** A reply to that request. */
    Reply reply(
            Begun begun, int sequence, Answer answer, Instant started, Optional<AuditHead> audit) {
        return new Reply(
                begun.id(),
                begun.digest(),
                self,
                names.get(),
                sequence,
                answer,
                started,
                clock.instant(),
                boot,
                audit);
    }
}
