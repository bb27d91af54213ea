package io.muster.hub;

import io.muster.message.Endpoint;
import io.muster.message.Escape;

import java.net.InetSocketAddress;
import java.util.regex.Pattern;

/**
 * Where to listen.
 *
 * @param host an address of this machine or a name of it; {@code 0.0.0.0} for all
 * @param port 0 for any free one
 */
public record ListenAddress(String host, int port) {
    private static final Pattern ANY_PORT = Pattern.compile("(.+):0");

    /**
     * Reads {@code host:port}; an IPv6 address stands in brackets.
     *
     * @throws IllegalArgumentException if the text is not that
     */
    public static ListenAddress parse(String text) {
        var any = ANY_PORT.matcher(text);
        if (any.matches()) {
            return new ListenAddress(Endpoint.parse(any.group(1) + ":1").host(), 0);
        }
        if (text.isBlank() || text.indexOf(':') < 0) {
            throw new IllegalArgumentException(
                    "not HOST:PORT to listen on: " + Escape.quoted(text));
        }
        var endpoint = Endpoint.parse(text);
        return new ListenAddress(endpoint.host(), endpoint.port());
    }

    /** Whether it means every address of this machine. */
    boolean everywhere() {
        return host.equals("0.0.0.0") || host.equals("::");
    }

    /**
     * As Java wants it.
     *
     * @throws HubException if there is no such name
     */
    InetSocketAddress socketAddress() {
        var address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new HubException("cannot listen on " + this + ": no such host");
        }
        return address;
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
