package io.muster.node.host;

import io.muster.exec.Command;
import io.muster.exec.CommandRunner;
import io.muster.exec.Hearer;
import io.muster.exec.Result;
import io.muster.exec.Result.Ending;
import io.muster.exec.StdStream;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Starts nothing: keeps what it was asked to run, and answers as it is told to. */
public final class Scripted implements CommandRunner {
    private final List<Command> asked = new CopyOnWriteArrayList<>();
    private final Function<Command, Result> answer;

    /** Answers by that function. */
    public Scripted(Function<Command, Result> answer) {
        this.answer = answer;
    }

    /** A program that ended by itself. */
    public static Result exited(int status, String stdout, String stderr) {
        return new Result(
                new Ending.Exited(status), stdout, stderr, stdout.length(), stderr.length());
    }

    @Override
    public Result run(Command command, Hearer hearer) {
        asked.add(command);
        var result = answer.apply(command);
        say(StdStream.STDOUT, result.stdout(), hearer);
        say(StdStream.STDERR, result.stderr(), hearer);
        return result;
    }

    private static void say(StdStream stream, String text, Hearer hearer) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        hearer.heard(stream, bytes, bytes.length);
    }

    /** What was asked for so far, blanks between the arguments. */
    public List<String> lines() {
        return asked.stream().map(command -> String.join(" ", command.arguments())).toList();
    }

    /** What was asked for so far. */
    public List<Command> commands() {
        return List.copyOf(asked);
    }
}
