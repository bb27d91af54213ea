package io.muster.enrolment;

import io.muster.message.NodeId;

import java.util.Optional;

/**
 * What a machine says about itself when it asks to join; nothing of it gets into a certificate but
 * the sealing key, and the id if the hub grants it.
 *
 * @param wanted the id it would like; without one it gets {@link KeyFingerprint#defaultId}
 * @param name its host name, for the person who signs; may hold any characters, so escape it
 * @param machine its machine id
 * @param sealing the key to which secrets for it are sealed; without one it cannot be sent any
 */
public record Applicant(
        Optional<NodeId> wanted, String name, String machine, Optional<SealingClaim> sealing) {
    private static final int MAX_NAME = 253;
    private static final int MAX_MACHINE = 64;

    /** One who cannot be sent secrets. */
    public Applicant(Optional<NodeId> wanted, String name, String machine) {
        this(wanted, name, machine, Optional.empty());
    }

    /** The same, who can be sent secrets. */
    public Applicant sealedTo(SealingClaim claim) {
        return new Applicant(wanted, name, machine, Optional.of(claim));
    }

    public Applicant {
        if (name.isEmpty() || name.length() > MAX_NAME) {
            throw new IllegalArgumentException(
                    "a host name of " + name.length() + " characters, not 1 to " + MAX_NAME);
        }
        if (machine.length() > MAX_MACHINE) {
            throw new IllegalArgumentException(
                    "a machine id of "
                            + machine.length()
                            + " characters, not up to "
                            + MAX_MACHINE);
        }
    }
}
