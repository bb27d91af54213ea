package io.muster.node.action;

import io.muster.action.ActionSpec;
import io.muster.action.Input;
import io.muster.exec.Command;
import io.muster.exec.CommandRunner;
import io.muster.exec.Result;
import io.muster.exec.Result.Ending;
import io.muster.exec.StdStream;
import io.muster.message.Escape;
import io.muster.message.FieldReader;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.Outcome;
import io.muster.message.Value.Fields;
import io.muster.node.host.TrustedFolder;
import io.muster.node.output.Hearing;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A program that is an action. It reads one JSON object, {@code action}, {@code input}, {@code
 * dryRun}, {@code requestId} and {@code caller}, and writes one: {@code state} ({@code ok}, {@code
 * changed} or {@code failed}), {@code message} and, if it likes, {@code data} and for failures a
 * {@code code}. An exit status other than 0 is a failure whatever it wrote.
 */
record ExternalAction(ActionSpec spec, Path program, TrustedFolder folder, CommandRunner runner)
        implements Action {
    private static final int MAX_OUTPUT = 96 * 1024;
    private static final int MAX_MESSAGE = 4 * 1024;

    /** The most bytes of its complaints that an answer carries. */
    private static final int SHOWN = 16 * 1024;

    /** How much deeper data lies in a reply than in what the program wrote. */
    private static final int DEPTH_OF_REPLY = 3;

    @Override
    public Performed run(Input input, ActionContext context) {
        var problem = folder.problem(program);
        if (problem.isPresent()) {
            return Performed.done(Outcome.failed("not-trusted", problem.get()));
        }
        var question =
                Fields.EMPTY
                        .with("action", spec.name().value())
                        .with("input", input.values())
                        .with("dryRun", context.dryRun())
                        .with("requestId", context.request().value())
                        .with("caller", context.caller().brief());
        var limit = context.remaining();
        var command =
                new Command(
                        List.of(program.toString()),
                        Map.of(),
                        Json.write(question),
                        limit.compareTo(spec.timeout()) < 0 ? limit : spec.timeout(),
                        MAX_OUTPUT);
        var hearing = context.hearing(MAX_OUTPUT, EnumSet.of(StdStream.STDERR));
        var result = context.run(runner, command, hearing);
        return Performed.done(ended(result, hearing, context));
    }

    @Override
    public int inReply() {
        return MAX_OUTPUT;
    }

    @Override
    public Outcome ended(Result result, Hearing hearing, ActionContext context) {
        var agreed = agreed(result);
        if (agreed.isPresent()) {
            // Its data are its own: what it complained besides is kept, and not told.
            var complaints = result.stderrBytes() > 0;
            var _ = hearing.end(complaints ? Set.of(StdStream.STDERR) : Set.of());
            return agreed.get();
        }
        return outcome(result, spoken(result, hearing));
    }

    /** Its answer, if that is as agreed: of one that failed, that it did. */
    private static Optional<Outcome> agreed(Result result) {
        if (!(result.ending() instanceof Ending.Exited)) {
            return Optional.empty();
        }
        try {
            return Optional.of(read(result))
                    .filter(o -> result.succeeded() || o instanceof Outcome.Failed);
        } catch (MalformedException _) {
            // What it wrote instead is told as it is.
            return Optional.empty();
        }
    }

    private static Spoken spoken(Result result, Hearing hearing) {
        return Spoken.besideAnswer(result, SHOWN, MAX_OUTPUT, hearing);
    }

    private Outcome outcome(Result result, Spoken spoken) {
        return switch (result.ending()) {
            case Ending.Exited(int status) when status == 0 -> answer(result, spoken);
            case Ending.Exited(int status) -> failure(status, result, spoken);
            case Ending.TimedOut() -> failed("timeout", spec.name() + " took too long", spoken);
            case Ending.Stopped() -> failed("stopped", spec.name() + " was stopped", spoken);
            case Ending.NotStarted(String problem) ->
                    Outcome.failed("not-started", Escape.line(problem));
        };
    }

    private static Outcome failed(String code, String message, Spoken spoken) {
        return new Outcome.Failed(code, message + spoken.note(), spoken.complaints(Fields.EMPTY));
    }

    private Outcome answer(Result result, Spoken spoken) {
        try {
            return read(result);
        } catch (MalformedException e) {
            var problem = spec.name() + " did not answer as agreed: " + e.getMessage();
            return failed("bad-answer", problem, spoken);
        }
    }

    private Outcome failure(int status, Result result, Spoken spoken) {
        var said = result.stderr().lines().filter(line -> !line.isBlank()).findFirst();
        return new Outcome.Failed(
                "exit-status",
                spec.name()
                        + " ended with status "
                        + status
                        + said.map(line -> ": " + excerpt(line)).orElse("")
                        + spoken.note(),
                spoken.complaints(Fields.EMPTY.with("exit", status)));
    }

    private static String excerpt(String line) {
        return Excerpt.beginning(Escape.line(line), MAX_MESSAGE).text();
    }

    private static Outcome read(Result result) {
        if (result.stdoutBytes() > MAX_OUTPUT) {
            throw new MalformedException("it wrote more than " + MAX_OUTPUT + " bytes");
        }
        var reader = new FieldReader("its answer", Json.readLocal(result.stdout()));
        var state = reader.text("state");
        var message = reader.optionalText("message", text -> text).orElse("");
        var data = reader.optionalFields("data").orElse(Fields.EMPTY);
        var code = reader.optionalText("code", ExternalAction::word);
        reader.done();
        if (message.length() > MAX_MESSAGE) {
            throw new MalformedException("its message is longer than " + MAX_MESSAGE);
        }
        travels(data);
        return switch (state) {
            case "ok" -> new Outcome.Ok(message, data);
            case "changed" -> new Outcome.Changed(message, data);
            case "failed" -> new Outcome.Failed(code.orElse("failed"), message, data);
            default ->
                    throw new MalformedException(
                            "its state is ok, changed or failed, not " + Escape.quoted(state));
        };
    }

    private static String word(String code) {
        if (!code.matches("[a-z][a-z0-9-]{0,31}")) {
            throw new IllegalArgumentException("a lower-case word is wanted");
        }
        return code;
    }

    /** Whoever reads the reply is strict: what would make it unreadable must not get into it. */
    private static void travels(Fields data) {
        var nested = data;
        for (int i = 0; i < DEPTH_OF_REPLY; i++) {
            nested = Fields.EMPTY.with("data", nested);
        }
        Json.read(Json.write(nested));
    }
}
