package io.muster.enrolment;

import io.muster.message.NodeId;

import java.util.Optional;

/**
 * What a machine says about itself when it asks to join; nothing of it gets into a certificate but
 * the id, if the hub grants it.
 *
 * @param wanted the id it would like; without one it gets {@link KeyFingerprint#defaultId}
 * @param name its host name, for the person who signs; may hold any characters, so escape it
 * @param machine its machine id
 */
public record Applicant(Optional<NodeId> wanted, String name, String machine) {
    private static final int MAX_NAME = 253;
    private static final int MAX_MACHINE = 64;

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
