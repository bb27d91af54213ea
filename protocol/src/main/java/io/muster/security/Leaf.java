package io.muster.security;

import io.muster.message.Identity;
import io.muster.message.Role;

import java.util.List;
import java.util.Optional;

/**
 * What a leaf certificate says about its holder; all of it is the issuer's own knowledge but the
 * keys.
 *
 * @param identity who
 * @param key whose public half the certificate is about
 * @param hosts host names and addresses it may serve TLS under; for brokers and hubs only
 * @param attributes what else is attested
 * @param generation counts the machines that have had this identity, from 1
 * @param sealing to which secrets for the holder are sealed
 */
public record Leaf(
        Identity identity,
        Ed25519PublicKey key,
        List<String> hosts,
        Attributes attributes,
        int generation,
        Optional<SealingPublicKey> sealing) {
    public Leaf {
        hosts = List.copyOf(hosts);
        if (generation < 1) {
            throw new IllegalArgumentException("generations are counted from 1: " + generation);
        }
    }

    /** The first holder of that identity, of whom nothing else is attested. */
    public static Leaf of(Identity identity, Ed25519PublicKey key) {
        return new Leaf(identity, key, List.of(), Attributes.NONE, 1, Optional.empty());
    }

    /** The same, serving TLS under these names. */
    public Leaf serving(List<String> names) {
        return new Leaf(identity, key, names, attributes, generation, sealing);
    }

    /** The same, with more attested. */
    public Leaf attested(Attributes others, int holder) {
        return new Leaf(identity, key, hosts, others, holder, sealing);
    }

    /** The same, of a holder who can be sent secrets. */
    public Leaf sealedTo(Optional<SealingPublicKey> to) {
        return new Leaf(identity, key, hosts, attributes, generation, to);
    }

    boolean serves() {
        return identity.role() == Role.BROKER || identity.role() == Role.HUB;
    }
}
