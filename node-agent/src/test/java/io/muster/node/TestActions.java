package io.muster.node;

import io.muster.action.ActionClass;
import io.muster.action.ActionSpec;
import io.muster.action.ActionSpec.OutputSpec;
import io.muster.action.Input;
import io.muster.action.InputSpec;
import io.muster.message.ActionName;
import io.muster.message.Outcome;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.node.action.Action;
import io.muster.node.action.ActionContext;
import io.muster.node.action.Performed;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a node can do in tests.
 *
 * @param runs how often something was done
 * @param hold what {@code test.hold} waits for
 */
record TestActions(AtomicInteger runs, CountDownLatch hold) {
    List<Action> all() {
        return List.of(
                action("test.look", ActionClass.READ),
                action("test.change", ActionClass.CHANGE),
                action("test.wipe", ActionClass.DESTRUCTIVE),
                action("test.unnamed", ActionClass.DESTRUCTIVE),
                action("test.forbidden", ActionClass.READ),
                Action.of(secretive(), (input, context) -> done()),
                Action.of(needy(), (input, context) -> done()),
                Action.of(telling(), TestActions::tell),
                Action.of(
                        spec("test.stay", ActionClass.CHANGE, Duration.ofMinutes(1)),
                        (input, context) ->
                                new Performed.GoingDown(
                                        "down", Duration.ofMinutes(-2), runs::incrementAndGet)),
                Action.of(
                        spec("test.later", ActionClass.CHANGE, Duration.ofMinutes(1)),
                        (input, context) ->
                                new Performed.GoingDown(
                                        "later", Duration.ofHours(1), runs::incrementAndGet)),
                Action.of(
                        spec("test.hang", ActionClass.CHANGE, Duration.ofMillis(200)),
                        (input, context) -> {
                            var _ = await(new CountDownLatch(1));
                            return done();
                        }),
                Action.of(
                        spec("test.hold", ActionClass.CHANGE, Duration.ofMinutes(1)),
                        (input, context) -> {
                            runs.incrementAndGet();
                            return await(hold) ? done() : cutOff();
                        }),
                Action.of(
                        idempotent(),
                        (input, context) -> {
                            runs.incrementAndGet();
                            return await(hold) ? done() : cutOff();
                        }),
                Action.of(
                        spec("test.stare", ActionClass.READ, Duration.ofMinutes(1)),
                        (input, context) -> {
                            runs.incrementAndGet();
                            return await(hold) ? done() : cutOff();
                        }),
                Action.of(
                        spec("test.deaf", ActionClass.CHANGE, Duration.ofMinutes(1)),
                        (input, context) -> {
                            runs.incrementAndGet();
                            while (!await(hold)) {
                                var _ = Thread.interrupted();
                            }
                            return done();
                        }),
                Action.of(
                        spec("test.tardy", ActionClass.CHANGE, Duration.ofMillis(200)),
                        (input, context) -> {
                            runs.incrementAndGet();
                            while (!await(hold)) {
                                var _ = Thread.interrupted();
                            }
                            return done();
                        }),
                Action.of(
                        spec("test.break", ActionClass.CHANGE, Duration.ofMinutes(1)),
                        (input, context) -> {
                            throw new StackOverflowError("deep");
                        }),
                Action.of(
                        spec("test.down", ActionClass.CHANGE, Duration.ofMinutes(1)),
                        (input, context) -> {
                            var deed = context.host().reboot(Duration.ZERO, "");
                            return new Performed.GoingDown(
                                    "down",
                                    Duration.ZERO,
                                    () -> {
                                        runs.incrementAndGet();
                                        deed.perform();
                                    });
                        }));
    }

    private Action action(String name, ActionClass actionClass) {
        return Action.of(
                spec(name, actionClass, Duration.ofMinutes(1)),
                (input, context) -> {
                    runs.incrementAndGet();
                    return done();
                });
    }

    private static Performed done() {
        return new Performed.Done(Outcome.ok("done"));
    }

    private static Performed cutOff() {
        var half = Fields.EMPTY.with("half", true);
        return new Performed.Done(new Outcome.Failed("stopped", "cut off", half));
    }

    /** False if that was interrupted. */
    private static boolean await(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Tells everything to everybody, as a careless program would. */
    private static Performed tell(Input input, ActionContext context) throws IOException {
        var key = input.text("key");
        var data =
                Fields.EMPTY
                        .with("echo", "it was " + key + "!")
                        .with("nested", Value.texts(List.of("a", key)))
                        .with("token", key);
        return switch (input.optionalText("how").orElse("return")) {
            case "throw" -> throw new IllegalStateException("tripped over " + key);
            case "fail" -> throw new IOException("no file " + key);
            default -> new Performed.Done(new Outcome.Changed("was told " + key, data));
        };
    }

    private static ActionSpec telling() {
        return new ActionSpec(
                new ActionName("test.tell"),
                "for tests",
                ActionClass.CHANGE,
                false,
                false,
                Duration.ofMinutes(1),
                List.of(
                        InputSpec.optionalSecret("key", "a key", new InputSpec.Kind.Lines(1_000)),
                        InputSpec.optionalSecret("other", "not it", InputSpec.Kind.Text.upTo(99)),
                        InputSpec.optional("how", "to end", InputSpec.Kind.Text.upTo(9))),
                List.of(
                        new OutputSpec("echo", "in clear"),
                        new OutputSpec("nested", "in clear"),
                        new OutputSpec("token", "for the caller alone", true)));
    }

    private static ActionSpec idempotent() {
        return new ActionSpec(
                new ActionName("test.again"),
                "for tests",
                ActionClass.CHANGE,
                true,
                false,
                Duration.ofMinutes(1),
                List.of(),
                List.of());
    }

    private static ActionSpec secretive() {
        return with("test.secret", List.of(password(false)));
    }

    private static ActionSpec needy() {
        var force = InputSpec.optional("force", "a choice", new InputSpec.Kind.Truth(), "true");
        return with("test.needy", List.of(password(true), force));
    }

    private static InputSpec password(boolean required) {
        return new InputSpec(
                "password",
                "a secret",
                new InputSpec.Kind.Text(30, Optional.empty()),
                required,
                Optional.empty(),
                true);
    }

    private static ActionSpec with(String name, List<InputSpec> inputs) {
        return new ActionSpec(
                new ActionName(name),
                "for tests",
                ActionClass.CHANGE,
                false,
                false,
                Duration.ofMinutes(1),
                inputs,
                List.of());
    }

    private static ActionSpec spec(String name, ActionClass actionClass, Duration timeout) {
        var word =
                new InputSpec(
                        "word",
                        "a word",
                        new InputSpec.Kind.Text(10, Optional.of("[a-z]+")),
                        false,
                        Optional.empty(),
                        false);
        return new ActionSpec(
                new ActionName(name),
                "for tests",
                actionClass,
                false,
                false,
                timeout,
                List.of(word),
                List.of());
    }
}
