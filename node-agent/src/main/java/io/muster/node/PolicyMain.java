package io.muster.node;

import picocli.CommandLine;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** The program that reads policies as a node agent would: {@code muster policy check | explain}. */
public final class PolicyMain {
    private PolicyMain() {}

    /** Runs the program; the launcher passes its verb, {@code policy}, as well. */
    public static void main(String[] args) {
        var words = new ArrayList<>(List.of(args));
        words.remove("policy");
        System.exit(
                commandLine(AgentMain.writer(System.out), AgentMain.writer(System.err))
                        .execute(words.toArray(String[]::new)));
    }

    /** The command line, for tests as well. */
    static CommandLine commandLine(PrintWriter out, PrintWriter err) {
        return new CommandLine(new PolicyCommand())
                .addSubcommand(new PolicyCheckCommand())
                .addSubcommand(new PolicyExplainCommand())
                .setOut(out)
                .setErr(err);
    }
}
