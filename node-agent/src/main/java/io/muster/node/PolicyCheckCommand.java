package io.muster.node;

import io.muster.config.ConfigException;
import io.muster.config.FileGuard;
import io.muster.message.Json;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.policy.Lint;
import io.muster.policy.Policy;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code muster policy check FILE}: would a node agent take it? */
@Command(
        name = "check",
        description = {
            "Reads a policy as a node agent would.",
            "",
            "Exit status: 0 it would be taken (with warnings, if any), 2 it would not."
        },
        footer = {
            "",
            "Examples:",
            "  muster policy check /etc/muster/policy.json",
            "  muster policy check draft.json --output json"
        })
final class PolicyCheckCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "The policy, in JSON.")
    private Path file = Path.of("");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            description = "text or json.",
            defaultValue = "text")
    private String output = "text";

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings of the node agent; default ${DEFAULT-VALUE}.",
            defaultValue = "/etc/muster/agent.conf")
    private Path config = AgentConfig.FILE;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("unused") // the parser acts on it
    private boolean help;

    @Override
    public Integer call() {
        var line = spec.commandLine();
        if (!List.of("text", "json").contains(output)) {
            return PolicyCommand.refuse(line, "--output: text or json");
        }
        try {
            var policy = PolicyCommand.read(file);
            var known = KnownActions.with(config);
            var objection = Vocabulary.of(known.actions()).objection(policy);
            if (objection.isPresent()) {
                return PolicyCommand.refuse(line, file + ": " + objection.get());
            }
            var warnings = Lint.of(policy, known.specs(), InstantSource.system().instant());
            line.getOut()
                    .print(output.equals("json") ? json(policy, warnings) : text(policy, warnings));
            line.getOut().flush();
            return 0;
        } catch (ConfigException e) {
            return PolicyCommand.refuse(line, String.valueOf(e.getMessage()));
        }
    }

    private String text(Policy policy, List<String> warnings) {
        var text = new StringBuilder();
        text.append(file).append(": ").append(policy.rules().size()).append(" rules, good\n");
        warnings.forEach(warning -> text.append("warning: ").append(warning).append('\n'));
        untrusted().forEach(warning -> text.append("warning: ").append(warning).append('\n'));
        return text.toString();
    }

    private String json(Policy policy, List<String> warnings) {
        var all = new java.util.ArrayList<>(warnings);
        all.addAll(untrusted());
        return Json.pretty(
                        Fields.EMPTY
                                .with("file", file.toString())
                                .with("rules", policy.rules().size())
                                .with("warnings", Value.texts(all)))
                + "\n";
    }

    private List<String> untrusted() {
        try {
            FileGuard.forThisProcess().trusted(file);
            return List.of();
        } catch (ConfigException e) {
            return List.of("where it is now a node agent would not believe it: " + e.getMessage());
        }
    }
}
