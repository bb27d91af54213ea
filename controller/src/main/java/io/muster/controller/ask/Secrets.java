package io.muster.controller.ask;

import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.Json;
import io.muster.message.NodeId;
import io.muster.message.RequestId;
import io.muster.message.SealedArguments;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.security.Sealer;
import io.muster.security.Sealer.Kind;
import io.muster.security.Sealer.Place;
import io.muster.security.SealingPublicKey;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The secret inputs of a run, and the keys of those who may have them. Immutable, and never
 * printed.
 */
public final class Secrets {
    /** None. */
    public static final Secrets NONE = new Secrets(Fields.EMPTY, Map.of());

    /** What one secret may take, so that its sealed part fits a text of strict JSON. */
    public static final int MAX_SIZE = 40 * 1024;

    /** What the sealed parts of one request may take: a document has room for twice as much. */
    private static final int ROOM = 128 * 1024;

    private final Fields values;
    private final SortedMap<NodeId, SealingPublicKey> recipients;

    /**
     * These values, for the holders of these keys.
     *
     * @param values by name of the input
     * @param recipients from certificates that were verified, and from nowhere else
     */
    public Secrets(Fields values, Map<NodeId, SealingPublicKey> recipients) {
        this.values = values;
        this.recipients = Collections.unmodifiableSortedMap(new TreeMap<>(recipients));
        values.members()
                .forEach(
                        (name, value) -> {
                            if (plain(value).length() > MAX_SIZE) {
                                throw new IllegalArgumentException(
                                        name + " is longer than " + MAX_SIZE + " bytes");
                            }
                        });
    }

    /** Whether there is nothing to be kept secret. */
    public boolean isEmpty() {
        return values.members().isEmpty();
    }

    /** The names of the inputs. */
    public List<String> names() {
        return List.copyOf(values.members().keySet());
    }

    /** How many targets one request can carry the secrets of, {@code most} at the most. */
    public int mostTargets(int most) {
        var each =
                values.members().values().stream()
                        .mapToInt(value -> (plain(value).length() + Sealer.OVERHEAD) * 4 / 3 + 300)
                        .sum();
        return isEmpty()
                ? most
                : Math.clamp(ROOM / each, 1, Math.min(most, SealedArguments.MAX_RECIPIENTS));
    }

    /**
     * The secrets as they travel in that request: a part for each target.
     *
     * @throws IllegalStateException if a target is no recipient: nothing is sealed then
     */
    SealedArguments seal(Sealer sealer, RequestId request, Identity sender, List<NodeId> targets) {
        var parts = new TreeMap<String, SortedMap<NodeId, Bytes>>();
        values.members()
                .forEach(
                        (name, value) -> {
                            var to = new TreeMap<NodeId, Bytes>();
                            for (var target : targets) {
                                var recipient = Identity.node(sender.fleet(), target);
                                var place =
                                        new Place(Kind.ARGUMENT, request, sender, recipient, name);
                                to.put(target, sealer.seal(key(target), place, plain(value)));
                            }
                            parts.put(name, to);
                        });
        return new SealedArguments(parts);
    }

    private SealingPublicKey key(NodeId target) {
        var key = recipients.get(target);
        if (key == null) {
            throw new IllegalStateException("no key to seal secrets to for " + target);
        }
        return key;
    }

    private static Bytes plain(Value value) {
        return Json.write(Fields.EMPTY.with("value", value));
    }

    /** How many, and for how many; none of them. */
    @Override
    public String toString() {
        return values.members().size() + " secrets for " + recipients.size() + " nodes";
    }
}
