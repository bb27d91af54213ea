package io.muster.hub.cli;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** The names and addresses under which this machine is reached, the best one first. */
final class OwnHosts {
    /** Those that every machine has. */
    static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1");

    private OwnHosts() {}

    static List<String> find() {
        var all = new LinkedHashSet<String>();
        name().ifPresent(all::add);
        all.addAll(addresses());
        all.addAll(LOOPBACK);
        return new ArrayList<>(all);
    }

    /** The full host name, if others can mean this machine by it. */
    private static java.util.Optional<String> name() {
        try {
            var here = InetAddress.getLocalHost();
            var name = here.getCanonicalHostName();
            return here.isLoopbackAddress() || name.equals(here.getHostAddress())
                    ? java.util.Optional.empty()
                    : java.util.Optional.of(name);
        } catch (IOException e) {
            return java.util.Optional.empty();
        }
    }

    private static List<String> addresses() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> address instanceof Inet4Address)
                    .filter(
                            address ->
                                    !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .map(InetAddress::getHostAddress)
                    .sorted()
                    .toList();
        } catch (SocketException e) {
            return List.of();
        }
    }
}
