package io.muster.controller.cli;

import io.muster.config.ConfigException;
import io.muster.controller.ControllerConfig;
import io.muster.controller.ControllerConfig.Method;
import io.muster.controller.discovery.Patience;
import io.muster.controller.discovery.Presence;
import io.muster.controller.discovery.Search;
import io.muster.controller.discovery.Sweep;
import io.muster.controller.discovery.Target;
import io.muster.filter.Filter;
import io.muster.message.Collective;
import io.muster.message.Escape;
import io.muster.message.Spans;
import io.muster.security.Credentials;
import io.muster.security.SecurityFileException;
import io.muster.transport.TransportException;

import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Looks at everything a request needs, from near to far, and stops where going on makes no sense.
 */
final class Examination {
    /** The part of a certificate's life that is left when it is time for another. */
    private static final int LAST_PART = 6;

    /** Nodes refuse what is issued more than 30 s in their future. */
    private static final Duration OFF = Duration.ofSeconds(10);

    private static final int SHOWN = 20;

    private final Surroundings around;
    private final Findings findings;
    private final CommonOptions common;
    private final Optional<Collective> collective;
    private final TimeOptions times;

    Examination(
            Surroundings around,
            Findings findings,
            CommonOptions common,
            Optional<Collective> collective,
            TimeOptions times) {
        this.around = around;
        this.findings = findings;
        this.common = common;
        this.collective = collective;
        this.times = times;
    }

    void run() throws InterruptedException {
        if (configuration().filter(this::keys).isPresent()) {
            bus();
        }
    }

    private Optional<ControllerConfig> configuration() {
        var file = new ConfigFile(around, common);
        try {
            var config = file.read();
            var there = Files.exists(file.path()) ? "" : " is not there: everything is as usual";
            findings.ok("configuration", file.path() + there);
            return Optional.of(config);
        } catch (ConfigException e) {
            findings.fail("configuration", String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private boolean keys(ControllerConfig config) {
        try {
            var credentials = Session.credentials(config, around);
            findings.ok("keys", credentials.identity() + " in " + config.credentials());
            certificate(credentials);
            return true;
        } catch (SecurityFileException | IllegalArgumentException e) {
            findings.fail("keys", String.valueOf(e.getMessage()));
            return false;
        }
    }

    private void certificate(Credentials credentials) {
        var from = credentials.certificate().getNotBefore().toInstant();
        var until = credentials.certificate().getNotAfter().toInstant();
        var left = Duration.between(around.clock().instant(), until);
        if (left.multipliedBy(LAST_PART).compareTo(Duration.between(from, until)) < 0) {
            findings.fail(
                    "certificate",
                    "expires in "
                            + rough(left)
                            + ", on "
                            + until
                            + ": have a new one made (muster ca operator "
                            + credentials.identity().name()
                            + ")");
        } else {
            findings.ok("certificate", "valid for " + rough(left) + ", until " + until);
        }
    }

    private static String rough(Duration left) {
        return left.toDays() > 2 ? left.toDays() + " days" : left.toHours() + " hours";
    }

    private void bus() throws InterruptedException {
        var start = System.nanoTime();
        try (var session = Session.open(around, common, collective)) {
            var took = Duration.ofNanos(System.nanoTime() - start).toMillis();
            findings.ok("hub", "connected to " + session.config().hub() + " in " + took + " ms");
            fleet(session);
        } catch (TransportException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            findings.fail(
                    "hub",
                    e.getMessage() + "\nis it running there (muster hub), and is its port open?");
        }
    }

    private void fleet(Session session) throws InterruptedException {
        var before = around.clock().instant();
        var patience = times.patience(session.config(), Method.BROADCAST);
        var swept =
                new Sweep(session.caller(), patience, true)
                        .run(Search.of(Filter.EVERYTHING), _ -> {});
        if (swept.interrupted()) {
            throw new InterruptedException();
        }
        presence(patience, swept);
        swept.hub().ifPresent(told -> clock("hub clock", before, told));
        nodes(swept);
        clones(swept);
        clocks(before, swept.answers());
        policies(session, patience, swept);
        lists(session);
        strays(session);
    }

    private void presence(Patience patience, Sweep.Result swept) {
        if (swept.presence().isPresent()) {
            findings.ok("presence", "the hub knows " + swept.presence().get().size() + " nodes");
        } else {
            findings.fail(
                    "presence",
                    "no answer from the hub within "
                            + Spans.print(patience.hub())
                            + ": the broker is there, so look at the hub's log;"
                            + " it may have no right to answer");
        }
        swept.registry()
                .ifPresent(
                        problem ->
                                findings.fail(
                                        "registry",
                                        "the hub cannot use it, and knows only what it hears"
                                                + " itself: "
                                                + Escape.line(problem)));
    }

    private void clock(String check, Instant before, Sweep.Told told) {
        var offset = offset(before, told.sent(), told.after());
        if (offset.abs().compareTo(OFF) > 0) {
            findings.fail(
                    check, ClockOffsets.seconds(offset) + " s off ours: set the clocks (NTP)");
        } else {
            findings.ok(check, ClockOffsets.seconds(offset) + " s off ours");
        }
    }

    /** An answer was made, on average, in the middle of the time it took. */
    private static Duration offset(Instant before, Instant sent, Duration after) {
        return Duration.between(before.plus(after.dividedBy(2)), sent);
    }

    private void nodes(Sweep.Result swept) {
        var answered = new HashSet<>(swept.answers().stream().map(a -> a.node().id()).toList());
        var known = swept.presence().orElse(List.of());
        var silent =
                known.stream()
                        .filter(node -> !node.presence().offline())
                        .filter(node -> !answered.contains(node.id()))
                        .toList();
        var away = known.stream().filter(node -> node.presence().offline()).count();
        var told = answered.size() + " answer, " + away + " are away";
        if (silent.isEmpty() && !answered.isEmpty()) {
            findings.ok("nodes", told);
        } else if (silent.isEmpty()) {
            findings.fail("nodes", told + ": start muster agent on a node and let it join");
        } else {
            findings.fail(
                    "nodes",
                    told
                            + ", and these do not answer though the hub has"
                            + " heard of them:\n"
                            + names(silent)
                            + "\nlook at their logs");
        }
    }

    private void clones(Sweep.Result swept) {
        var clones =
                swept.presence().orElse(List.of()).stream()
                        .filter(node -> node.presence() == Presence.CLONE)
                        .toList();
        if (!clones.isEmpty()) {
            findings.fail(
                    "clones",
                    "two machines have the key of each of these, and nothing is changed at"
                            + " them:\n"
                            + names(clones)
                            + "\nmuster ca list at the hub names both machines; muster ca clean"
                            + " ID voids the key, then each joins again (muster agent join"
                            + " --new-key TOKEN)");
        }
    }

    private void clocks(Instant before, List<Sweep.Answer> answers) {
        var offsets =
                answers.stream()
                        .map(
                                answer ->
                                        new ClockOffsets.Offset(
                                                answer.node(),
                                                offset(
                                                        before,
                                                        answer.reply().sent(),
                                                        answer.after())))
                        .toList();
        if (!offsets.isEmpty()) {
            new ClockOffsets(offsets, OFF).tell(findings);
        }
    }

    private void policies(Session session, Patience patience, Sweep.Result swept)
            throws InterruptedException {
        var nodes = swept.answers().stream().map(Sweep.Answer::node).toList();
        if (!nodes.isEmpty()) {
            new PolicyFindings(findings).tell(session, nodes, patience.limit());
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private void lists(Session session) throws InterruptedException {
        var told = session.hubTrust().ask(times.patience(session.config(), Method.BROADCAST).hub());
        new ListFindings(findings, around.clock().instant()).tell(session, told);
    }

    private void strays(Session session) {
        var tally = session.caller().strays().tally();
        if (tally.alarming() > 0) {
            var kinds = new ArrayList<String>();
            tally.first()
                    .forEach(
                            s ->
                                    kinds.add(
                                            s.kind().word()
                                                    + " from "
                                                    + s.who()
                                                    + ": "
                                                    + s.problem()));
            findings.fail(
                    "answers",
                    tally.alarming()
                            + " messages were not believed: somebody forges, or a node has"
                            + " a certificate of another fleet\n"
                            + String.join("\n", kinds));
        } else {
            findings.ok("answers", "every message was signed by who it names");
        }
    }

    private static String names(List<Target> nodes) {
        var names = nodes.stream().limit(SHOWN).map(n -> n.name() + " (" + n.id() + ")").toList();
        return String.join("\n", names)
                + (nodes.size() > SHOWN ? "\nand " + (nodes.size() - SHOWN) + " more" : "");
    }
}
