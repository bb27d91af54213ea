package io.muster.trust;

import io.muster.message.Bytes;
import io.muster.message.FieldReader;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.message.Value.Text;
import io.muster.policy.Policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The policies of a fleet, all in one document signed by the operators issuer, so that nobody can
 * mix the policies of two days. The bundle with the higher number replaces the one before.
 *
 * @param fleet for which fleet
 * @param number counts the fleet's bundles, from 1
 * @param issued when it was made
 * @param policies in order: the first whose attributes a node has is that node's
 */
public record PolicyBundle(String fleet, long number, Instant issued, List<Part> policies) {
    private static final int MOST = 32;

    /**
     * The policy of some nodes.
     *
     * @param attributes what the authority must attest of a node; empty for all nodes
     * @param text the policy file's text
     */
    public record Part(Map<String, String> attributes, String text) {
        /**
         * What no node could use is nobody's policy.
         *
         * @throws MalformedException if the text is no policy
         */
        public Part {
            var _ = Policy.parse(text);
            attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
        }

        /** Whether it is for a node with those attested attributes. */
        public boolean concerns(Map<String, String> attested) {
            return attested.entrySet().containsAll(attributes.entrySet());
        }

        private Fields toValue() {
            var fields = new LinkedHashMap<String, Value>();
            if (!attributes.isEmpty()) {
                var wanted = new LinkedHashMap<String, Value>();
                attributes.forEach((name, value) -> wanted.put(name, Value.of(value)));
                fields.put("attributes", new Fields(wanted));
            }
            fields.put("text", Value.of(text));
            return new Fields(fields);
        }

        private static Part of(Value value) {
            if (!(value instanceof Fields fields)) {
                throw new MalformedException("policy bundle: a policy is not an object");
            }
            var reader = new FieldReader("policy bundle", fields);
            var wanted = new TreeMap<String, String>();
            reader.optionalFields("attributes")
                    .orElse(Fields.EMPTY)
                    .members()
                    .forEach((name, text) -> wanted.put(name, text(name, text)));
            var part = new Part(wanted, reader.text("text"));
            reader.done();
            return part;
        }

        private static String text(String name, Value value) {
            if (value instanceof Text(String text)) {
                return text;
            }
            throw new MalformedException("policy bundle: attribute " + name + " is not a text");
        }
    }

    public PolicyBundle {
        policies = List.copyOf(policies);
        if (number < 1) {
            throw new IllegalArgumentException("bundles are numbered from 1");
        }
        if (policies.isEmpty() || policies.size() > MOST) {
            throw new IllegalArgumentException("from 1 to " + MOST + " policies in a bundle");
        }
    }

    /** The policy text for a node with those attested attributes, if the bundle has one. */
    public Optional<String> textFor(Map<String, String> attested) {
        return policies.stream().filter(p -> p.concerns(attested)).findFirst().map(Part::text);
    }

    /** The payload of its envelope. */
    public Bytes encode() {
        var fields = new LinkedHashMap<String, Value>();
        fields.put("fleet", Value.of(fleet));
        fields.put("number", Value.of(number));
        fields.put("issued", Value.of(issued.toEpochMilli()));
        fields.put("policies", new Items(policies.stream().<Value>map(Part::toValue).toList()));
        return Json.write(new Fields(fields));
    }

    /**
     * Reads a payload whose signature is good.
     *
     * @throws MalformedException if anything is missing, unknown or out of bounds
     */
    public static PolicyBundle decode(Bytes payload) {
        var reader = new FieldReader("policy bundle", Json.read(payload));
        try {
            var parts = new ArrayList<Part>();
            reader.optionalItems("policies").orElse(List.of()).forEach(v -> parts.add(Part.of(v)));
            var bundle =
                    new PolicyBundle(
                            reader.text("fleet"),
                            reader.whole("number"),
                            reader.instant("issued"),
                            parts);
            reader.done();
            return bundle;
        } catch (MalformedException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new MalformedException("policy bundle: " + e.getMessage(), e);
        }
    }
}
