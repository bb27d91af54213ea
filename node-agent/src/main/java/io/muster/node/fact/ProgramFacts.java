package io.muster.node.fact;

import io.muster.exec.Command;
import io.muster.exec.CommandRunner;
import io.muster.exec.Result;
import io.muster.exec.Result.Ending;
import io.muster.message.Bytes;
import io.muster.message.Escape;
import io.muster.message.MalformedException;
import io.muster.message.Value.Fields;
import io.muster.node.host.TrustedFolder;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Facts that programs tell: the executables in a directory such as {@code /etc/muster/facts.d},
 * files with facts excepted. Each writes a JSON object or lines of {@code name=value}, within five
 * seconds; what one said last stays while it fails.
 */
public final class ProgramFacts implements FactSource {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final TrustedFolder folder;
    private final CommandRunner runner;
    private final Duration limit;
    private final Map<Path, Fields> last = new TreeMap<>();

    /** The facts of the programs in that directory; it need not exist. */
    public ProgramFacts(Path folder, CommandRunner runner) {
        this(folder, runner, LIMIT);
    }

    ProgramFacts(Path folder, CommandRunner runner, Duration limit) {
        this.folder = new TrustedFolder(folder);
        this.runner = runner;
        this.limit = limit;
    }

    @Override
    public String name() {
        return "facts.d programs";
    }

    @Override
    public Freshness freshness() {
        return new Freshness(Duration.ofMinutes(5), true);
    }

    @Override
    public Collected collect() {
        var problems = new ArrayList<String>();
        var programs = folder.list().files().stream().filter(ProgramFacts::runs).toList();
        last.keySet().retainAll(programs);
        var facts = new FactTree();
        for (var program : programs) {
            try {
                last.put(program, ask(program));
            } catch (MalformedException e) {
                var kept = last.containsKey(program) ? "; what it said before is kept" : "";
                problems.add(program + ": " + e.getMessage() + kept);
            }
            facts.merge(last.getOrDefault(program, Fields.EMPTY), program.toString(), problems);
        }
        return new Collected(facts.fields(), problems);
    }

    private Fields ask(Path program) {
        var arguments = List.of(program.toString());
        var empty = Bytes.utf8("");
        var result = runner.run(new Command(arguments, Map.of(), empty, limit, FileFacts.MAX));
        if (!result.succeeded()) {
            throw new MalformedException(ending(result));
        }
        if (result.stdoutBytes() > FileFacts.MAX) {
            throw new MalformedException("wrote more than " + FileFacts.MAX + " bytes");
        }
        return FactText.either(result.stdout());
    }

    private static String ending(Result result) {
        return switch (result.ending()) {
            case Ending.Exited(int status) -> "exit status " + status;
            case Ending.TimedOut _ -> "took too long, and was stopped";
            case Ending.Stopped _ -> "was stopped";
            case Ending.NotStarted(String problem) -> "did not start: " + Escape.line(problem);
        };
    }

    private static boolean runs(Path file) {
        var name = file.toString();
        return Files.isExecutable(file)
                && List.of(".json", ".txt", ".yaml", ".yml").stream().noneMatch(name::endsWith);
    }
}
