package io.muster.trust;

import io.muster.message.Bytes;
import io.muster.message.FieldReader;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.message.Value.Text;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Whom a fleet trusts from now on, signed by the root of an authority that it trusts already: so
 * the authority is changed. The set with the higher number replaces the one before as a whole.
 *
 * @param fleet for which fleet
 * @param number counts the fleet's sets, from 1
 * @param issued when it was made
 * @param authorities the one in use first
 */
public record TrustSet(String fleet, long number, Instant issued, List<Authority> authorities) {
    /** The most authorities at a time. */
    public static final int MOST = 4;

    /**
     * One root and its issuers, as certificates in DER.
     *
     * @param root vouches for the other two
     * @param operators makes operators
     * @param nodes makes nodes, brokers and hubs
     */
    public record Authority(Bytes root, Bytes operators, Bytes nodes) {
        private Items toValue() {
            return Value.texts(List.of(root.base64(), operators.base64(), nodes.base64()));
        }

        private static Authority of(Value value) {
            if (value instanceof Items(var items) && items.size() == 3) {
                return new Authority(
                        certificate(items.get(0)),
                        certificate(items.get(1)),
                        certificate(items.get(2)));
            }
            throw new MalformedException("trust set: an authority is not three certificates");
        }

        private static Bytes certificate(Value value) {
            if (value instanceof Text(String text)) {
                return Bytes.base64(text);
            }
            throw new MalformedException("trust set: a certificate is not a text");
        }
    }

    public TrustSet {
        authorities = List.copyOf(authorities);
        if (number < 1) {
            throw new IllegalArgumentException("trust sets are numbered from 1");
        }
        if (authorities.isEmpty() || authorities.size() > MOST) {
            throw new IllegalArgumentException("from 1 to " + MOST + " authorities in a trust set");
        }
    }

    /** The payload of its envelope. */
    public Bytes encode() {
        var fields = new LinkedHashMap<String, Value>();
        fields.put("fleet", Value.of(fleet));
        fields.put("number", Value.of(number));
        fields.put("issued", Value.of(issued.toEpochMilli()));
        fields.put(
                "authorities",
                new Items(authorities.stream().<Value>map(Authority::toValue).toList()));
        return Json.write(new Fields(fields));
    }

    /**
     * Reads a payload whose signature is good.
     *
     * @throws MalformedException if anything is missing, unknown or out of bounds
     */
    public static TrustSet decode(Bytes payload) {
        var reader = new FieldReader("trust set", Json.read(payload));
        try {
            var set =
                    new TrustSet(
                            reader.text("fleet"),
                            reader.whole("number"),
                            reader.instant("issued"),
                            reader.optionalItems("authorities").orElse(List.of()).stream()
                                    .map(Authority::of)
                                    .toList());
            reader.done();
            return set;
        } catch (MalformedException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new MalformedException("trust set: " + e.getMessage(), e);
        }
    }
}
