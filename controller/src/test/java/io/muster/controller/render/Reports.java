package io.muster.controller.render;

import io.muster.action.BuiltIn;
import io.muster.controller.Entry;
import io.muster.controller.Report;
import io.muster.controller.TargetState;
import io.muster.controller.ask.Stray;
import io.muster.controller.ask.Strays;
import io.muster.controller.discovery.Presence;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reply;
import io.muster.message.Reply.Answer;
import io.muster.message.RequestId;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reports made by hand, and what a renderer makes of them. */
final class Reports {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private final List<Entry> entries = new ArrayList<>();
    private final List<String> unknown = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();
    private Strays.Tally strays = Strays.Tally.NONE;
    private boolean stopped;

    /** What a renderer wrote. */
    record Shown(String out, String err) {}

    /** Makes a renderer for a screen. */
    interface Maker {
        Renderer on(Screen screen);
    }

    Reports answered(String id, String name, int millis, Outcome outcome) {
        var state = TargetState.valueOf(outcome.word().toUpperCase(Locale.ROOT));
        return replied(id, name, millis, state, new Answer.Final(outcome));
    }

    Reports down(String id, String name) {
        return replied(id, name, 12, TargetState.NO_REPLY, new Answer.Armed("going down in 1s"));
    }

    private Reports replied(String id, String name, int millis, TargetState state, Answer answer) {
        var target = new Target(new NodeId(id), name, Presence.UP, Optional.of("boot-1"));
        var reply =
                new Reply(
                        new RequestId("0".repeat(32)),
                        "d",
                        Identity.node("test", new NodeId(id)),
                        name,
                        0,
                        answer,
                        NOON,
                        NOON,
                        "boot-1");
        var after = Duration.ofNanos(millis * 1_000_000L + 234_567);
        entries.add(new Entry(target, state, Optional.of(reply), Optional.of(after)));
        return this;
    }

    Reports silent(String id, String name, TargetState state) {
        var presence = state == TargetState.OFFLINE ? Presence.DOWN : Presence.UP;
        var target = new Target(new NodeId(id), name, presence, Optional.empty());
        entries.add(new Entry(target, state, Optional.empty(), Optional.empty()));
        return this;
    }

    Reports unknown(String name) {
        unknown.add(name);
        return this;
    }

    Reports notice(String notice) {
        notices.add(notice);
        return this;
    }

    Reports stray(Stray.Kind kind, String who, String problem) {
        strays = new Strays.Tally(Map.of(kind, 1), List.of(new Stray(kind, who, problem)));
        return this;
    }

    Reports stopped() {
        stopped = true;
        return this;
    }

    Report report() {
        return new Report(
                BuiltIn.NODE_PING.name(),
                new Targets(
                        entries.stream().map(Entry::target).toList(),
                        unknown,
                        "presence",
                        Duration.ofMillis(5),
                        notices),
                entries,
                strays,
                Duration.ofNanos(1_204_311_000),
                Optional.empty(),
                stopped,
                Optional.empty());
    }

    /** Plays the run to a renderer on a screen of 80 columns without colours. */
    Shown shown(Maker maker) {
        return shown(maker, false);
    }

    Shown shown(Maker maker, boolean terminal) {
        var out = new StringWriter();
        var err = new StringWriter();
        var screen =
                new Screen(
                        new PrintWriter(out),
                        new PrintWriter(err),
                        80,
                        terminal,
                        terminal,
                        terminal);
        var renderer = maker.on(screen);
        var report = report();
        renderer.started(report.action());
        renderer.discovered(report.targets());
        report.answered().forEach(renderer::replied);
        renderer.finished(report);
        screen.out().flush();
        screen.err().flush();
        return new Shown(out.toString(), err.toString());
    }
}
