package io.muster.filter;

import io.muster.message.ActionName;
import io.muster.message.Json;
import io.muster.message.NodeId;
import io.muster.message.Value.Fields;

import java.util.List;
import java.util.Set;

/** Short ways to make filters and nodes for tests. */
final class Filters {
    private Filters() {}

    static Filter facts(String... texts) {
        return new Filter(List.of(texts), List.of(), List.of(), List.of(), List.of(), List.of());
    }

    static Filter classes(String... texts) {
        return new Filter(List.of(), List.of(texts), List.of(), List.of(), List.of(), List.of());
    }

    static Filter actions(String... texts) {
        return new Filter(List.of(), List.of(), List.of(texts), List.of(), List.of(), List.of());
    }

    static Filter identities(String... texts) {
        return new Filter(List.of(), List.of(), List.of(), List.of(texts), List.of(), List.of());
    }

    static Filter mixed(String... texts) {
        return new Filter(List.of(), List.of(), List.of(), List.of(), List.of(texts), List.of());
    }

    static Filter expressions(String... texts) {
        return new Filter(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(texts));
    }

    /** A filter of one text, by the letter of its option. */
    static Filter of(String option, String text) {
        return switch (option) {
            case "-F" -> facts(text);
            case "-C" -> classes(text);
            case "-A" -> actions(text);
            case "-I" -> identities(text);
            case "-W" -> mixed(text);
            case "-S" -> expressions(text);
            default -> throw new IllegalArgumentException("no such option: " + option);
        };
    }

    /** A node called web1.example.com with two classes and three actions and these facts. */
    static Subject node(Fields facts) {
        return new Subject(
                new NodeId("n-0123456789ab"),
                "web1.example.com",
                facts,
                Set.of("apache", "role::web"),
                Set.of(
                        new ActionName("node.reboot"),
                        new ActionName("puppet.run"),
                        new ActionName("puppet.ca.sign")));
    }

    /** The same with facts in JSON. */
    static Subject node(String facts) {
        return node(Json.readLocal(facts));
    }
}
