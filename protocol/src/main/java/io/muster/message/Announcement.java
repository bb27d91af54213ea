package io.muster.message;

import io.muster.message.Value.Fields;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A node's "I am here", repeated; with its facts when they are new to the hub.
 *
 * @param node who; must be the signer
 * @param name the node's host name today
 * @param collectives the collectives it is in
 * @param kind what it says
 * @param sequence counts up within one life of the node agent, so that an old one cannot pass for
 *     new
 * @param sent when, by the node's clock
 * @param interval how long until the next one at the latest
 * @param boot the boot id of the machine
 * @param machine the machine id
 * @param version of the node agent
 * @param classes the classes the configuration tool gave it
 * @param actions the actions it can do
 * @param nonce what a request may quote to be new whatever the node's clock says; absent unless the
 *     node does not trust its clock
 * @param facts all facts; absent when unchanged since the last announcement that carried them
 * @param standing the revocation lists, policy and locks it goes by
 */
public record Announcement(
        Identity node,
        String name,
        List<Collective> collectives,
        Kind kind,
        long sequence,
        Instant sent,
        Duration interval,
        String boot,
        String machine,
        String version,
        List<String> classes,
        List<ActionName> actions,
        Optional<String> nonce,
        Optional<Fields> facts,
        Standing standing) {
    /** The shortest interval. */
    public static final Duration SHORTEST = Duration.ofSeconds(1);

    /** The longest interval. */
    public static final Duration LONGEST = Duration.ofDays(1);

    /** What an announcement says. */
    public enum Kind {
        /** Here, and going on. */
        UP,
        /** Going away in good order. */
        LEAVING,
        /** Going down for a reboot, and coming back. */
        REBOOTING;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Kind parse(String word) {
            return Arrays.stream(values())
                    .filter(kind -> kind.word().equals(word))
                    .findFirst()
                    .orElseThrow(
                            () -> new IllegalArgumentException("not one: " + Escape.quoted(word)));
        }
    }

    /** An announcement of a node that trusts its clock. */
    public Announcement(
            Identity node,
            String name,
            List<Collective> collectives,
            Kind kind,
            long sequence,
            Instant sent,
            Duration interval,
            String boot,
            String machine,
            String version,
            List<String> classes,
            List<ActionName> actions,
            Optional<Fields> facts) {
        this(
                node,
                name,
                collectives,
                kind,
                sequence,
                sent,
                interval,
                boot,
                machine,
                version,
                classes,
                actions,
                Optional.empty(),
                facts);
    }

    public Announcement {
        collectives = List.copyOf(collectives);
        classes = List.copyOf(classes);
        actions = List.copyOf(actions);
        if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("an interval from 1 second to 1 day");
        }
    }

    /** Of a node that goes by no documents. */
    public Announcement(
            Identity node,
            String name,
            List<Collective> collectives,
            Kind kind,
            long sequence,
            Instant sent,
            Duration interval,
            String boot,
            String machine,
            String version,
            List<String> classes,
            List<ActionName> actions,
            Optional<String> nonce,
            Optional<Fields> facts) {
        this(
                node,
                name,
                collectives,
                kind,
                sequence,
                sent,
                interval,
                boot,
                machine,
                version,
                classes,
                actions,
                nonce,
                facts,
                Standing.NONE);
    }

    /** The same said at another time, with those facts or none. */
    public Announcement with(long otherSequence, Instant otherSent, Optional<Fields> otherFacts) {
        return new Announcement(
                node,
                name,
                collectives,
                kind,
                otherSequence,
                otherSent,
                interval,
                boot,
                machine,
                version,
                classes,
                actions,
                nonce,
                otherFacts,
                standing);
    }

    /** The payload of its envelope. */
    public Bytes encode() {
        var fields = new LinkedHashMap<String, Value>();
        fields.put("node", Value.of(node.uri()));
        fields.put("name", Value.of(name));
        fields.put(
                "collectives", Value.texts(collectives.stream().map(Collective::value).toList()));
        fields.put("kind", Value.of(kind.word()));
        fields.put("sequence", Value.of(sequence));
        fields.put("sent", Value.of(sent.toEpochMilli()));
        fields.put("interval", Value.of(interval.toMillis()));
        fields.put("boot", Value.of(boot));
        fields.put("machine", Value.of(machine));
        fields.put("version", Value.of(version));
        fields.put("classes", Value.texts(classes));
        fields.put("actions", Value.texts(actions.stream().map(ActionName::value).toList()));
        nonce.ifPresent(text -> fields.put("nonce", Value.of(text)));
        facts.ifPresent(all -> fields.put("facts", all));
        if (!standing.equals(Standing.NONE)) {
            fields.put("trust", standing.toValue());
        }
        return Json.write(new Fields(fields));
    }

    /**
     * Reads a payload whose signature is good.
     *
     * @throws MalformedException if anything is missing, unknown or out of bounds
     */
    public static Announcement decode(Bytes payload) {
        var reader = new FieldReader("announcement", Json.read(payload));
        try {
            var announcement =
                    new Announcement(
                            reader.text("node", Identity::parse),
                            reader.text("name"),
                            reader.texts("collectives", Collective::new),
                            reader.text("kind", Kind::parse),
                            reader.whole("sequence"),
                            reader.instant("sent"),
                            Duration.ofMillis(reader.whole("interval")),
                            reader.text("boot"),
                            reader.text("machine"),
                            reader.text("version"),
                            reader.texts("classes", text -> text),
                            reader.texts("actions", ActionName::new),
                            reader.optionalText("nonce", text -> text),
                            reader.optionalFields("facts"),
                            reader.optionalFields("trust").map(Standing::of).orElse(Standing.NONE));
            reader.done();
            return announcement;
        } catch (MalformedException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new MalformedException("announcement: " + e.getMessage(), e);
        }
    }
}
