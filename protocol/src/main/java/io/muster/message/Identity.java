package io.muster.message;

import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Who somebody is: {@code muster://fleet/role/name}, the one URI in a certificate's alternative
 * names. Compared as text, in lower-case ASCII only.
 */
public record Identity(String fleet, Role role, String name) implements Comparable<Identity> {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern PERSON = Pattern.compile("[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?");
    private static final Pattern URI =
            Pattern.compile("muster://([a-z0-9-]{1,63})/([a-z]{1,10})/([a-z0-9._-]{1,63})");

    public Identity {
        if (!LABEL.matcher(fleet).matches()) {
            throw new IllegalArgumentException("not a fleet name: " + Escape.quoted(fleet));
        }
        var pattern = role == Role.NODE ? LABEL : PERSON;
        if (!pattern.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "not the name of " + article(role) + ": " + Escape.quoted(name));
        }
    }

    /** The identity of a node. */
    public static Identity node(String fleet, NodeId id) {
        return new Identity(fleet, Role.NODE, id.value());
    }

    /**
     * Reads the URI form.
     *
     * @throws MalformedException if it is not exactly that
     */
    public static Identity parse(String uri) {
        var parts = URI.matcher(uri);
        if (!parts.matches()) {
            throw new MalformedException("not an identity: " + Escape.quoted(uri));
        }
        var role =
                Arrays.stream(Role.values())
                        .filter(r -> r.word().equals(parts.group(2)))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new MalformedException(
                                                "no role " + Escape.quoted(parts.group(2))));
        try {
            return new Identity(parts.group(1), role, parts.group(3));
        } catch (IllegalArgumentException e) {
            throw new MalformedException(String.valueOf(e.getMessage()), e);
        }
    }

    /** The URI form. */
    public String uri() {
        return "muster://" + fleet + "/" + role.word() + "/" + name;
    }

    /** Role and name, as policies and people write it: {@code operator/alice}. */
    public String brief() {
        return role.word() + "/" + name;
    }

    /** This identity as a node's id; only for nodes. */
    public NodeId nodeId() {
        if (role != Role.NODE) {
            throw new IllegalStateException(this + " is no node");
        }
        return new NodeId(name);
    }

    @Override
    public int compareTo(Identity other) {
        return uri().compareTo(other.uri());
    }

    @Override
    public String toString() {
        return uri();
    }

    private static String article(Role role) {
        return role == Role.OPERATOR ? "an operator" : "a " + role.word();
    }
}
