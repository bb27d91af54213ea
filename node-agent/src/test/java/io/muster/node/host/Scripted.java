package io.muster.node.host;

import io.muster.exec.Command;
import io.muster.exec.CommandRunner;
import io.muster.exec.Result;
import io.muster.exec.Result.Ending;

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
    public Result run(Command command) {
        asked.add(command);
        return answer.apply(command);
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
