package io.muster.node.fact;

import io.muster.exec.Command;
import io.muster.exec.CommandRunner;
import io.muster.message.Bytes;
import io.muster.message.Json;
import io.muster.message.MalformedException;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Facts of another collector, such as {@code facter --json}: whatever JSON object it writes counts,
 * since facter ends with status 1 when a single fact failed.
 */
public final class CommandFacts implements FactSource {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int MAX = 256 * 1024;

    private final CommandRunner runner;
    private final Command command;

    /**
     * The facts that program tells.
     *
     * @param arguments its absolute path, then its arguments
     */
    public CommandFacts(CommandRunner runner, List<String> arguments) {
        this.runner = runner;
        command = new Command(arguments, Map.of(), Bytes.utf8(""), LIMIT, MAX);
    }

    @Override
    public String name() {
        return command.arguments().getFirst();
    }

    @Override
    public Freshness freshness() {
        return new Freshness(Duration.ofMinutes(10), true);
    }

    @Override
    public Collected collect() {
        var result = runner.run(command);
        if (result.stdoutBytes() > MAX) {
            throw new MalformedException("wrote more than " + MAX + " bytes");
        }
        try {
            return Collected.of(Json.readLocal(result.stdout()));
        } catch (MalformedException e) {
            throw new MalformedException(result.ending() + ": " + e.getMessage(), e);
        }
    }
}
