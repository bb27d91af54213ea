package io.muster.node.fact;

import java.nio.file.Path;
import java.util.List;

/**
 * The facts of this Linux machine, under facter's names, read from the files in which the kernel
 * and the distribution tell them: no program is started, nothing is asked of the network.
 */
public final class SystemFacts {
    private SystemFacts() {}

    /** The sources, one for each group of facts that ages at its own pace. */
    public static List<FactSource> sources() {
        return sources(Path.of("/"));
    }

    static List<FactSource> sources(Path root) {
        var files = new SystemFiles(root);
        return List.of(
                new OsFacts(files),
                new NetworkFacts(files),
                new MemoryFacts(files),
                new ProcessorFacts(files),
                new DiskFacts(files),
                new SshFacts(files),
                new VirtualFacts(files),
                new IdentityFacts(files));
    }
}
