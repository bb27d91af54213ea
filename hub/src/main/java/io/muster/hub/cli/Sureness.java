package io.muster.hub.cli;

import picocli.CommandLine.Option;

import java.io.IOException;

/** Whether a person means it. */
final class Sureness {
    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    boolean sure(Surroundings around, String question) {
        if (yes) {
            return true;
        }
        if (!around.terminal()) {
            throw new UsageException("nobody to ask: say --yes");
        }
        around.err().print(question + " [y/N] ");
        around.err().flush();
        try {
            var answer = around.in().readLine();
            return answer != null && answer.strip().matches("(?i)y(es)?");
        } catch (IOException e) {
            return false;
        }
    }
}
