package io.muster.node.action;

import io.muster.action.ActionSpec;
import io.muster.action.BuiltIn;
import io.muster.action.Input;
import io.muster.exec.Command;
import io.muster.exec.Result;
import io.muster.exec.StdStream;
import io.muster.message.Bytes;
import io.muster.message.Outcome;
import io.muster.node.output.Hearing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Runs of the Puppet agent, one at a time. */
final class PuppetActions {
    private static final int MAX_OUTPUT = 256 * 1024;

    /** What is left of the time to read the result and to answer. */
    private static final Duration MARGIN = Duration.ofSeconds(2);

    /**
     * Whatever the machine's puppet.conf says: do not wait for a signature or for luck, do not take
     * an old catalogue for a new one, and say on the console what happened.
     */
    private static final List<String> ONCE =
            List.of(
                    ("agent --onetime --no-daemonize --no-splay --no-usecacheonfailure"
                                    + " --detailed-exitcodes --verbose --logdest console"
                                    + " --color false --waitforcert 0")
                            .split(" ", -1));

    private final Optional<String> program;
    private final ReentrantLock running = new ReentrantLock();

    PuppetActions(Optional<String> program) {
        this.program = program;
    }

    /** The action: it outlives the node agent, and tells of its end afterwards. */
    Action run() {
        return new Action() {
            @Override
            public ActionSpec spec() {
                return BuiltIn.PUPPET_RUN;
            }

            @Override
            public Performed run(Input input, ActionContext context) {
                return perform(input, context);
            }

            @Override
            public int inReply() {
                return PuppetRun.SHOWN;
            }

            @Override
            public Outcome ended(Result result, Hearing hearing, ActionContext context) {
                return outcome(result, hearing, context);
            }
        };
    }

    private static Outcome outcome(Result result, Hearing hearing, ActionContext context) {
        context.node().facts().expire();
        var spoken = Spoken.end(result, PuppetRun.SHOWN, MAX_OUTPUT, hearing);
        return new PuppetRun(context.host().files(), result, spoken, context.dryRun()).outcome();
    }

    private Performed perform(Input input, ActionContext context) {
        var puppet = program.or(() -> context.host().tool("puppet"));
        if (puppet.isEmpty()) {
            return Performed.done(
                    Outcome.failed("no-tool", "there is no program puppet on this machine"));
        }
        if (!running.tryLock()) {
            return Performed.done(
                    Outcome.failed("busy", "another puppet.run is under way on this node"));
        }
        try {
            var hearing = context.hearing(PuppetRun.SHOWN, EnumSet.allOf(StdStream.class));
            var result = run(puppet.get(), input, context, hearing);
            return Performed.done(outcome(result, hearing, context));
        } finally {
            running.unlock();
        }
    }

    private static Result run(String puppet, Input input, ActionContext context, Hearing hearing) {
        var arguments = new ArrayList<>(List.of(puppet));
        arguments.addAll(ONCE);
        if (context.dryRun()) {
            arguments.add("--noop");
        }
        var tags = input.texts("tags");
        if (!tags.isEmpty()) {
            arguments.addAll(List.of("--tags", String.join(",", tags)));
        }
        input.optionalText("environment")
                .ifPresent(name -> arguments.addAll(List.of("--environment", name)));
        var limit = context.remaining().minus(MARGIN);
        var command =
                new Command(
                        arguments,
                        Map.of(),
                        Bytes.utf8(""),
                        limit.isPositive() ? limit : Duration.ofSeconds(1),
                        MAX_OUTPUT);
        return context.run(context.host(), command, hearing);
    }
}
