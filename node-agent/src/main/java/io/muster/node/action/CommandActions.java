package io.muster.node.action;

import io.muster.action.BuiltIn;
import io.muster.action.Input;
import io.muster.exec.Command;
import io.muster.exec.Result;
import io.muster.exec.Result.Ending;
import io.muster.exec.StdStream;
import io.muster.message.Bytes;
import io.muster.message.Escape;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Value.Fields;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;

/** Runs any program: powerful, so no policy allows it unless it names it. */
final class CommandActions {
    /** The most bytes of each stream that an answer carries. */
    static final int KEPT = 48 * 1024;

    private CommandActions() {}

    static Action run() {
        return Action.of(BuiltIn.COMMAND_RUN, CommandActions::run);
    }

    private static Performed run(Input input, ActionContext context) {
        var arguments = input.texts("argv");
        if (arguments.isEmpty() || !arguments.getFirst().startsWith("/")) {
            return Performed.done(
                    new Outcome.Refused(
                            Reason.INVALID_INPUT,
                            "argv begins with the absolute path of a program"));
        }
        var limit = shorter(input.span("timeout"), context.remaining());
        var command = new Command(arguments, Map.of(), read(input), limit, KEPT);
        var hearing = context.hearing(KEPT, EnumSet.allOf(StdStream.class));
        var result = context.host().run(command, hearing);
        var spoken = Spoken.beginningAndEnd(result, KEPT, hearing);
        return Performed.done(outcome(arguments.getFirst(), limit, result, spoken));
    }

    private static Bytes read(Input input) {
        return Bytes.utf8(input.optionalText("stdin").orElse(""));
    }

    private static Outcome outcome(String program, Duration limit, Result result, Spoken spoken) {
        var name = Escape.line(program);
        var cut = spoken.note();
        var data = spoken.into(Fields.EMPTY);
        return switch (result.ending()) {
            case Ending.Exited(int status) when status == 0 ->
                    new Outcome.Changed("exit status 0" + cut, data.with("exit", 0));
            case Ending.Exited(int status) ->
                    new Outcome.Failed(
                            "exit-status",
                            name + " ended with status " + status + signal(status) + cut,
                            data.with("exit", status));
            case Ending.TimedOut() ->
                    new Outcome.Failed(
                            "timeout",
                            name + " took longer than " + limit.toSeconds() + " s" + cut,
                            data);
            case Ending.Stopped() ->
                    new Outcome.Failed("stopped", name + " was stopped" + cut, data);
            case Ending.NotStarted(String problem) ->
                    Outcome.failed("not-started", name + " did not start: " + Escape.line(problem));
        };
    }

    private static String signal(int status) {
        return status > 128 && status < 160 ? " (probably signal " + (status - 128) + ")" : "";
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
