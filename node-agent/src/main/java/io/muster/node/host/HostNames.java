package io.muster.node.host;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A machine's own name, in the three places where it has to be the same: {@code /etc/hosts}, {@code
 * /etc/hostname} and the kernel. Thread-safe.
 *
 * <p>They are changed in that order, each as a whole, each only if it differs. So the name resolves
 * before anything uses it, it survives the next boot before it is in use, and a change that was cut
 * off in the middle is completed by asking again.
 */
public final class HostNames {
    private static final String HOSTS = "/etc/hosts";
    private static final String FILE = "/etc/hostname";
    private static final String KERNEL = "/proc/sys/kernel/hostname";
    private static final String RESOLVER = "/etc/resolv.conf";

    /** What the machine around the files has to do with its name. */
    interface Listener {
        /** Gives the kernel the name where its file cannot be written, as in a container. */
        void name(String label) throws IOException;

        /** Called after the change; answers what went wrong, for people, if anything did. */
        Optional<String> renamed(String label);
    }

    private final Tree files;
    private final Listener listener;
    private final ReentrantLock renaming = new ReentrantLock();

    HostNames(Tree files, Listener listener) {
        this.files = files;
        this.listener = listener;
    }

    /** What the machine is called now: the kernel's name, up to its first dot. */
    public String label() throws IOException {
        return HostName.label(kernel());
    }

    /**
     * What the machine is called now, fully qualified if the kernel, {@code /etc/hosts} or the
     * search domain of {@code /etc/resolv.conf} knows how; the network is never asked.
     */
    public String full() throws IOException {
        var kernel = kernel();
        if (kernel.contains(".")) {
            return kernel;
        }
        return HostsFile.qualified(text(HOSTS), kernel)
                .or(() -> domain().map(domain -> kernel + "." + domain))
                .orElse(kernel);
    }

    /**
     * Gives the machine that name. A name without a domain keeps the domain that {@code /etc/hosts}
     * has.
     *
     * @param dryRun only say what would be done
     * @return what was done, a line each; empty if everything was so already
     * @throws IOException if a file cannot be read or written; what was done before that stays done
     */
    public List<String> rename(HostName name, boolean dryRun) throws IOException {
        renaming.lock();
        try {
            return change(qualified(name), dryRun);
        } finally {
            renaming.unlock();
        }
    }

    private List<String> change(HostName name, boolean dryRun) throws IOException {
        var steps = new LinkedHashMap<String, Host.Deed>();
        var label = name.label();
        var kernel = kernel();
        var hosts = text(HOSTS);
        var newHosts = HostsFile.rename(hosts, name, kernel);
        if (!newHosts.equals(hosts)) {
            steps.put(HOSTS + ": 127.0.1.1 is " + name, () -> files.replace(HOSTS, newHosts));
        }
        if (!persistent().equals(label)) {
            steps.put(FILE + ": " + label, () -> files.replace(FILE, label + "\n"));
        }
        if (!kernel.equals(label)) {
            steps.put("kernel: " + label, () -> nameKernel(label));
        }
        var done = new ArrayList<>(steps.keySet());
        if (!steps.isEmpty() && !dryRun) {
            for (var step : steps.values()) {
                step.perform();
            }
            listener.renamed(label).ifPresent(done::add);
        }
        return List.copyOf(done);
    }

    private void nameKernel(String label) throws IOException {
        try {
            files.overwrite(KERNEL, label + "\n");
        } catch (IOException e) {
            try {
                listener.name(label);
            } catch (IOException second) {
                second.addSuppressed(e);
                throw second;
            }
        }
    }

    private HostName qualified(HostName name) throws IOException {
        if (name.domain().isPresent()) {
            return name;
        }
        return HostsFile.ownName(text(HOSTS))
                .filter(own -> own.contains("."))
                .map(own -> own.substring(own.indexOf('.')))
                .map(domain -> new HostName(name.label() + domain))
                .orElse(name);
    }

    private Optional<String> domain() {
        try {
            var found = Optional.<String>empty();
            for (var line : text(RESOLVER).lines().toList()) {
                var words = line.strip().split("[ \t]+", -1);
                if (words.length > 1 && (words[0].equals("domain") || words[0].equals("search"))) {
                    found = Optional.of(words[1]);
                }
            }
            return found.filter(domain -> !domain.equals("."));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private String kernel() throws IOException {
        return text(KERNEL).strip();
    }

    /** The name in {@code /etc/hostname}, which may hold comments (hostname(5)). */
    private String persistent() throws IOException {
        return text(FILE)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .findFirst()
                .orElse("");
    }

    private String text(String file) throws IOException {
        return files.read(file).orElse("");
    }
}
