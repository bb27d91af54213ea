package io.muster.controller.cli;

import io.muster.controller.ExitCode;
import io.muster.controller.render.JsonForm;
import io.muster.message.Escape;
import io.muster.message.RequestId;
import io.muster.message.Spans;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.security.PayloadType;
import io.muster.trust.Lock;
import io.muster.trust.LockTarget;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code muster lock}: this must not work any more, now. */
@Command(
        name = "lock",
        description = {
            "Stop somebody, a key, or a kind of action on every node, at once, until muster",
            "unlock.",
            "WHAT is operator/NAME, node/ID, key ID, action NAME (or FAMILY.*), class",
            "change, class destructive, or list to see what is locked. Each node asks its",
            "policy whether you may (trust.lock); looking is never locked by class or with",
            "--all. Roll-outs that meet it stop before their next batch.",
            "Exit: 0 all obey, and nothing goes on; 4 some do not, or something was not",
            "stopped; 5 some did not say."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster lock operator/bob --reason 'laptop stolen'",
            "  muster lock class destructive --ttl 2h",
            "  muster lock action command.run",
            "  muster lock --all --reason 'intruder in the network'",
            "  muster lock --all --cancel          and stop what is under way",
            "  muster lock list --output json"
        })
final class LockCommand implements Callable<ExitCode> {
    private final Surroundings around;

    @Parameters(arity = "0..2", paramLabel = "WHAT", description = "What to lock, or list.")
    private List<String> what = List.of();

    @Option(names = "--all", description = "Everything that changes anything, whoever asks.")
    private boolean all;

    @Option(names = "--cancel", description = "With --all: and stop what is changing something.")
    private boolean cancel;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why: shown to who is refused.")
    private String reason = "";

    @Option(
            names = "--ttl",
            paramLabel = "TIME",
            description = "When it ends by itself (default: never).")
    private Optional<String> ttl = Optional.empty();

    @Mixin private CommonOptions common = new CommonOptions();
    @Mixin private CollectiveOption collective = new CollectiveOption();
    @Mixin private OutputOptions output = new OutputOptions();

    LockCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public ExitCode call() throws InterruptedException {
        output.form();
        if (!all && what.equals(List.of("list"))) {
            return list();
        }
        if (cancel && !all) {
            throw new UsageException("--cancel goes with --all");
        }
        var target = target();
        var span = ttl.map(LockCommand::span);
        try (var session = Session.open(around, common, collective.get())) {
            var lock = lock(session, target, span);
            session.caller()
                    .proclaim(PayloadType.LOCK, lock.encode(), new Obedience(session).everywhere());
            var stop =
                    cancel
                            ? Optional.of(new Standstill(session).stop())
                            : Optional.<Standstill.Stop>empty();
            return new Obedience(session).show(around, output, Obedience.LOCKED, lock.id(), stop);
        }
    }

    private Lock lock(Session session, LockTarget target, Optional<Duration> span) {
        var now = around.clock().instant().truncatedTo(ChronoUnit.MILLIS);
        var who = session.caller().identity();
        try {
            return new Lock(
                    RequestId.random(session.random()),
                    who.fleet(),
                    who,
                    target,
                    reason,
                    now,
                    span.map(now::plus));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--reason: " + e.getMessage());
        }
    }

    private LockTarget target() {
        if (all != what.isEmpty()) {
            throw new UsageException(
                    all
                            ? "--all locks everything: name nothing else with it"
                            : "what is to be locked? see muster lock --help");
        }
        try {
            return LockTarget.parse(all ? "all" : String.join(":", what));
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private static Duration span(String text) {
        try {
            var span = Spans.parse(text);
            if (!span.isPositive()) {
                throw new IllegalArgumentException("must be longer than nothing");
            }
            return span;
        } catch (IllegalArgumentException e) {
            throw new UsageException("--ttl: " + e.getMessage());
        }
    }

    private ExitCode list() throws InterruptedException {
        try (var session = Session.open(around, common, collective.get())) {
            var told = session.hubTrust().ask(session.config().patience().hub());
            if (told.isEmpty()) {
                throw new UnableException("the hub does not say what is locked");
            }
            told.get()
                    .forged()
                    .forEach(
                            problem ->
                                    around.err()
                                            .println(
                                                    "muster lock: the hub handed out a forgery: "
                                                            + Escape.line(problem)));
            var locks = told.get().locks();
            switch (output.form()) {
                case TEXT -> {
                    if (locks.isEmpty()) {
                        around.err().println("nothing is locked");
                    }
                    locks.forEach(lock -> around.out().println(line(lock)));
                }
                case NAMES -> locks.forEach(lock -> around.out().println(lock.id()));
                case JSONL ->
                        locks.forEach(
                                lock ->
                                        around.out()
                                                .println(
                                                        JsonForm.line(
                                                                JsonForm.typed(
                                                                        "lock", form(lock)))));
                case JSON ->
                        around.out()
                                .println(
                                        JsonForm.document(
                                                Fields.EMPTY.with(
                                                        "locks",
                                                        new Items(
                                                                locks.stream()
                                                                        .<Value>map(
                                                                                LockCommand::form)
                                                                        .toList()))));
            }
            return ExitCode.DONE;
        }
    }

    /** A lock for people. */
    static String line(Lock lock) {
        return lock.id().brief()
                + "  "
                + lock.target().text()
                + "  by "
                + lock.sender().brief()
                + " since "
                + lock.issued().truncatedTo(ChronoUnit.SECONDS)
                + lock.expires().map(end -> " until " + end).orElse("")
                + (lock.reason().isEmpty() ? "" : ": " + lock.reason());
    }

    private static Fields form(Lock lock) {
        var fields =
                Fields.EMPTY
                        .with("id", lock.id().value())
                        .with("target", lock.target().text())
                        .with("by", lock.sender().brief())
                        .with("since", lock.issued().toString())
                        .with("reason", lock.reason());
        return lock.expires()
                .map(Instant::toString)
                .map(t -> fields.with("until", t))
                .orElse(fields);
    }
}
