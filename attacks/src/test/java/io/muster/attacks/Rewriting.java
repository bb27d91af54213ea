package io.muster.attacks;

import io.muster.message.Bytes;
import io.muster.message.Json;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.security.Credentials;
import io.muster.security.Envelope;

import java.util.LinkedHashMap;
import java.util.Map;

/** What somebody makes of a message that he has seen: other members, and a signature of his own. */
final class Rewriting {
    private Rewriting() {}

    /** The same with those members, signed by somebody. */
    static Bytes of(Bytes message, Credentials signer, Map<String, Value> others) {
        var genuine = Envelope.decode(message);
        var members = new LinkedHashMap<>(Json.read(genuine.payload()).members());
        members.putAll(others);
        return signer.signer().sign(genuine.type(), Json.write(new Fields(members)));
    }
}
