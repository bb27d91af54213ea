package io.muster.transport.jms;

import io.muster.message.Escape;

import java.util.regex.Pattern;

/**
 * Where a broker listens; written {@code host:port}, or {@code [::1]:port} with an IPv6 address.
 *
 * @param host a host name or an address, without brackets
 */
public record BrokerAddress(String host, int port) {

    /** The port of a broker unless told otherwise. */
    public static final int DEFAULT_PORT = 61617;

    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9._-]{1,253}|[0-9a-fA-F:.]{2,45}");
    private static final Pattern WRITTEN =
            Pattern.compile("(?:\\[([0-9a-fA-F:.]+)]|([A-Za-z0-9._-]+))(?::([0-9]{1,5}))?");

    public BrokerAddress {
        if (!HOST.matcher(host).matches()) {
            throw new IllegalArgumentException("not a host name: " + Escape.quoted(host));
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("not a port: " + port);
        }
    }

    /**
     * Reads the written form; without a port it is {@link #DEFAULT_PORT}.
     *
     * @throws IllegalArgumentException if it is anything else, such as a URL with options
     */
    public static BrokerAddress parse(String text) {
        var parts = WRITTEN.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "not the address of a broker, host:port: " + Escape.quoted(text));
        }
        var host = parts.group(1) != null ? parts.group(1) : parts.group(2);
        var port = parts.group(3) != null ? Integer.parseInt(parts.group(3)) : DEFAULT_PORT;
        return new BrokerAddress(host, port);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
