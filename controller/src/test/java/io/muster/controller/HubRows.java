package io.muster.controller;

import io.muster.controller.discovery.Target;
import io.muster.filter.Filter;
import io.muster.filter.Subject;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import java.util.List;
import java.util.Set;

/** The part of a hub's answer that lists nodes (docs/wire.md). */
public final class HubRows {
    private HubRows() {}

    /** Those of the nodes that match; they have no facts but their names. */
    public static Fields of(Filter filter, List<Target> nodes) {
        var rows =
                nodes.stream()
                        .filter(node -> matches(filter, node))
                        .<Value>map(HubRows::row)
                        .toList();
        return Fields.EMPTY.with("nodes", new Items(rows));
    }

    private static boolean matches(Filter filter, Target node) {
        var facts = Fields.EMPTY.with("hostname", node.name());
        return filter.matches(new Subject(node.id(), node.name(), facts, Set.of(), Set.of()));
    }

    private static Fields row(Target node) {
        var fields =
                Fields.EMPTY
                        .with("id", node.id().value())
                        .with("name", node.name())
                        .with("state", node.presence().word());
        var booted = node.boot().map(boot -> fields.with("boot", boot)).orElse(fields);
        return node.nonce().map(nonce -> booted.with("nonce", nonce)).orElse(booted);
    }
}
