package io.muster.hub.enrolment;

import io.muster.enrolment.KeyFingerprint;
import io.muster.message.NodeId;
import io.muster.security.Ed25519PublicKey;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Which ids a machine may ask for, beyond what a {@link NodeId} can be. */
final class NodeNames {
    private static final Set<String> RESERVED =
            Set.of(
                    "localhost",
                    "hub",
                    "broker",
                    "root",
                    "operators",
                    "nodes",
                    "all",
                    "any",
                    "none");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+|0x[0-9a-f]*");
    private static final Pattern DEFAULT = Pattern.compile("n-[0-9a-f]{12}");

    private NodeNames() {}

    /** What is wrong with that id for a machine with that key, if anything is. */
    static Optional<String> flaw(NodeId id, Ed25519PublicKey key) {
        var name = id.value();
        if (RESERVED.contains(name)) {
            return Optional.of("is reserved");
        }
        if (NUMBER.matcher(name).matches()) {
            return Optional.of("can be taken for an address");
        }
        if (name.startsWith("xn--")) {
            return Optional.of("can be shown as something else");
        }
        if (DEFAULT.matcher(name).matches() && !id.equals(KeyFingerprint.defaultId(key))) {
            return Optional.of("belongs to another key");
        }
        return Optional.empty();
    }
}
