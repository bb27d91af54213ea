package io.muster.hub.enrolment;

import io.muster.config.Settings;
import io.muster.message.Bytes;
import io.muster.message.Endpoint;
import io.muster.message.Spans;

import java.nio.file.Path;
import java.util.List;

/**
 * What an authority was told when it was founded.
 *
 * @param hub where machines ask to join
 * @param broker where the bus is
 * @param hosts the names and addresses that the certificates of hub and broker are valid for
 * @param lifetimes of what it issues
 */
public record AuthorityConfig(
        Endpoint hub, Endpoint broker, List<String> hosts, Lifetimes lifetimes) {
    public AuthorityConfig {
        hosts = List.copyOf(hosts);
        hosts.forEach(host -> new Endpoint(host, 1));
    }

    /** Reads what {@link #text} wrote. */
    static AuthorityConfig read(Path file) {
        var settings = Settings.read(file);
        var hub = settings.required("hub", Endpoint::parse);
        var broker = settings.required("broker", Endpoint::parse);
        var hosts = settings.list("hosts", List.of(), host -> host);
        var usual = Lifetimes.DEFAULT;
        var node = settings.get("node-validity", usual.node(), Spans::parse);
        var operator = settings.get("operator-validity", usual.operator(), Spans::parse);
        var server = settings.get("server-validity", usual.server(), Spans::parse);
        settings.check();
        return new AuthorityConfig(
                hub.get(), broker.get(), hosts, new Lifetimes(node, operator, server));
    }

    /** The file's content. */
    Bytes text() {
        return Bytes.utf8(
                """
                # Written by muster ca init, read by muster hub and muster ca.
                # Where machines ask to join, and where the bus is: goes into join tokens.
                hub = %s
                broker = %s
                # Names and addresses in the certificates of hub and broker;
                # after a change: muster ca hub
                hosts = %s
                node-validity = %s
                operator-validity = %s
                server-validity = %s
                """
                        .formatted(
                                hub,
                                broker,
                                String.join(", ", hosts),
                                Spans.print(lifetimes.node()),
                                Spans.print(lifetimes.operator()),
                                Spans.print(lifetimes.server())));
    }
}
