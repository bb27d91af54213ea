package io.muster.node;

import io.muster.exec.ProcessRunner;
import io.muster.exec.Programs;
import io.muster.node.action.Actions;
import io.muster.node.action.ExternalActions;
import io.muster.node.action.Node;
import io.muster.node.fact.ClassesFile;
import io.muster.node.fact.CommandFacts;
import io.muster.node.fact.FactCache;
import io.muster.node.fact.FactSource;
import io.muster.node.fact.FileFacts;
import io.muster.node.fact.HostFacts;
import io.muster.node.fact.ProgramFacts;
import io.muster.node.fact.SandboxFacts;
import io.muster.node.fact.SystemFacts;
import io.muster.node.host.Host;
import io.muster.node.host.LinuxHost;
import io.muster.node.host.SandboxHost;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Puts together the machine a node agent runs on, real or played by a directory. */
final class Machine {
    private Machine() {}

    /**
     * The machine itself.
     *
     * @param runner of its programs
     * @param onReboot called when a machine that is only played goes down
     */
    static Host host(AgentConfig config, ProcessRunner runner, Runnable onReboot)
            throws IOException {
        return config.sandbox().isPresent()
                ? SandboxHost.open(config.sandbox().get(), runner, onReboot)
                : new LinuxHost(runner, new SecureRandom());
    }

    /** Runs what it notes there, for the next one who {@linkplain #left comes}. */
    static ProcessRunner runner(Path state) {
        return new ProcessRunner(left(state));
    }

    /** What runs, or was left running by an earlier life. */
    static Programs left(Path state) {
        return new Programs(state.resolve("programs"));
    }

    /** The machine with its facts and actions. */
    static Node node(AgentConfig config, Host host, String version, InstantSource clock) {
        return new Node(
                version,
                clock.instant(),
                config.collectives(),
                host,
                new FactCache(sources(config, host, version), clock),
                new ClassesFile(host.files(), ClassesFile.USUAL),
                new Actions(
                        Actions.builtIn(config.puppet(), Set.copyOf(config.userGroups())),
                        new ExternalActions(config.actions(), host, clock)),
                clock);
    }

    /** Later sources win: what the operator drops in comes last. */
    private static List<FactSource> sources(AgentConfig config, Host host, String version) {
        var sources = new ArrayList<FactSource>();
        if (config.sandbox().isPresent()) {
            sources.add(new SandboxFacts(host.files()));
        } else {
            sources.addAll(SystemFacts.sources());
        }
        sources.add(new HostFacts(host, version));
        config.facter()
                .ifPresent(
                        facter -> sources.add(new CommandFacts(host, List.of(facter, "--json"))));
        sources.add(new ProgramFacts(config.facts(), host));
        sources.add(new FileFacts(config.facts()));
        return sources;
    }
}
