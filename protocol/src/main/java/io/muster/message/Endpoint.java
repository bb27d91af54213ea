package io.muster.message;

import java.util.regex.Pattern;

/**
 * Where something listens: a host and a port.
 *
 * @param host a DNS name, an IPv4 address, or an IPv6 address without brackets
 * @param port from 1 to 65535
 */
public record Endpoint(String host, int port) {
    private static final Pattern NAME =
            Pattern.compile("[A-Za-z0-9]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:]{2,39}");
    private static final Pattern FORM =
            Pattern.compile("(?:\\[([0-9A-Fa-f:]+)]|([^\\[\\]:]+)):([0-9]{1,5})");

    public Endpoint {
        if (!NAME.matcher(host).matches()
                && !(host.contains(":") && IPV6.matcher(host).matches())) {
            throw new IllegalArgumentException(
                    "not a host name or address: " + Escape.quoted(host));
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("not a port from 1 to 65535: " + port);
        }
    }

    /**
     * Reads {@code host:port}; an IPv6 address stands in brackets.
     *
     * @throws IllegalArgumentException if the text is not that
     */
    public static Endpoint parse(String text) {
        var parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not HOST:PORT: " + Escape.quoted(text));
        }
        var host = parts.group(1) == null ? parts.group(2) : parts.group(1);
        return new Endpoint(host, Integer.parseInt(parts.group(3)));
    }

    /** As {@link #parse}, but the port may be left out. */
    public static Endpoint parse(String text, int defaultPort) {
        var bare = text.startsWith("[") ? text.endsWith("]") : text.indexOf(':') < 0;
        return parse(bare ? text + ":" + defaultPort : text);
    }

    /** The form that {@link #parse(String)} reads. */
    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
