package io.muster.node.host;

import static java.lang.System.Logger.Level.ERROR;

import io.muster.exec.Command;
import io.muster.exec.CommandRunner;
import io.muster.exec.Hearer;
import io.muster.exec.Result;
import io.muster.exec.Result.Ending;
import io.muster.exec.Stay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * A directory that plays a machine, for the demo and for emulated fleets. It has the files that
 * actions look at ({@code etc/hostname}, {@code etc/hosts}, {@code etc/passwd}, {@code etc/group},
 * {@code proc/sys/kernel/hostname}, {@code home/}, ...); what is missing is made.
 *
 * <p>It never touches the machine it runs on: files are only reached below the directory and
 * through no symbolic link; users and host names are lines in its files, and the programs that
 * change real ones are never started. The only programs that run are regular files inside the
 * directory, such as a stand-in for Puppet in {@code bin/}; whoever put them there answers for
 * them. They are told the directory in the variable {@code MUSTER_SANDBOX}.
 *
 * <p>A reboot writes another boot id and then calls {@code onReboot}, which is to end this process;
 * the next one that opens the directory is the machine after the boot.
 */
public final class SandboxHost implements Host {
    private static final System.Logger LOG = System.getLogger(SandboxHost.class.getName());
    private static final String KERNEL_NAME = "/proc/sys/kernel/hostname";

    private final Tree files;
    private final CommandRunner runner;
    private final Runnable onReboot;
    private final HostNames names;
    private final Accounts accounts;
    private final Owner owner;
    private final Tools tools;
    private final String bootId;

    private SandboxHost(Tree files, CommandRunner runner, Runnable onReboot) throws IOException {
        this.files = files;
        this.runner = runner;
        this.onReboot = onReboot;
        names = new HostNames(files, new NobodyElse());
        accounts = new SandboxAccounts(files);
        owner = Owner.of(files.root());
        tools = new Tools(files.root(), List.of("/bin"), LinkOption.NOFOLLOW_LINKS);
        bootId = BootId.read(files);
    }

    /**
     * The machine that this directory plays.
     *
     * @param onReboot called on a thread of its own when the machine goes down
     * @throws IOException if the directory does not exist or cannot be written
     */
    public static SandboxHost open(Path directory, CommandRunner runner, Runnable onReboot)
            throws IOException {
        var files = new Tree(directory.toRealPath(), false);
        furnish(files);
        return new SandboxHost(files, runner, onReboot);
    }

    @Override
    public Tree files() {
        return files;
    }

    @Override
    public HostNames names() {
        return names;
    }

    @Override
    public Accounts accounts() {
        return accounts;
    }

    @Override
    public AuthorizedKeys authorizedKeys() {
        return new AuthorizedKeys(files, _ -> owner);
    }

    @Override
    public Optional<String> tool(String name) {
        return tools.find(name);
    }

    @Override
    public String bootId() {
        return bootId;
    }

    @Override
    public String machineId() {
        return BootId.machine(files);
    }

    @Override
    public Result run(Command command, Hearer hearer) {
        return inside(command, own -> runner.run(own, hearer));
    }

    @Override
    public Result run(Command command, Hearer hearer, Stay stay) {
        return inside(command, own -> runner.run(own, hearer, stay));
    }

    private Result inside(Command command, Function<Command, Result> running) {
        var named = Path.of(command.arguments().getFirst()).normalize();
        var program = named.startsWith(files.root()) ? named : files.path(named.toString());
        if (!inside(program)) {
            return new Result(
                    new Ending.NotStarted(named + ": not a program of this sandbox"), "", "", 0, 0);
        }
        var arguments = new ArrayList<>(command.arguments());
        arguments.set(0, program.toString());
        var environment = new LinkedHashMap<>(command.environment());
        environment.put("MUSTER_SANDBOX", files.root().toString());
        return running.apply(
                new Command(
                        arguments,
                        environment,
                        command.input(),
                        command.limit(),
                        command.outputLimit()));
    }

    @Override
    public Deed reboot(Duration delay, String reason) {
        return () -> Thread.ofVirtual().name("reboot").start(() -> rebootAfter(delay));
    }

    private void rebootAfter(Duration delay) {
        try {
            Thread.sleep(delay);
            files.replace(KERNEL_NAME, files.read("/etc/hostname").orElse("localhost"));
            files.replace(BootId.FILE, UUID.randomUUID() + "\n");
            onReboot.run();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.log(ERROR, () -> "cannot play a reboot: " + e.getMessage());
        }
    }

    /** Whether it is a regular file below the directory, with no symbolic link on the way. */
    private boolean inside(Path program) {
        try {
            return program.startsWith(files.root())
                    && program.toRealPath().equals(program)
                    && Files.isRegularFile(program, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException _) {
            return false;
        }
    }

    private static void furnish(Tree files) throws IOException {
        for (var directory : List.of("/bin", "/etc", "/home", "/proc/sys/kernel/random")) {
            files.makeFolders(directory);
        }
        var name = files.read("/etc/hostname").map(String::strip).orElse("sandbox");
        var contents = new LinkedHashMap<String, String>();
        contents.put("/etc/hostname", name + "\n");
        contents.put(KERNEL_NAME, name + "\n");
        contents.put("/etc/hosts", "127.0.0.1\tlocalhost\n");
        contents.put(Passwd.USERS, "root:x:0:0:root:/root:/bin/bash\n");
        contents.put(Passwd.GROUPS, "root:x:0:\n");
        contents.put("/etc/shells", "/bin/sh\n/bin/bash\n");
        contents.put(BootId.MACHINE, UUID.randomUUID().toString().replace("-", "") + "\n");
        contents.put(BootId.FILE, UUID.randomUUID() + "\n");
        for (Map.Entry<String, String> file : contents.entrySet()) {
            if (files.read(file.getKey()).isEmpty()) {
                files.replace(file.getKey(), file.getValue());
            }
        }
    }

    /** Nothing but the files knows the name of a machine that is only played. */
    private static final class NobodyElse implements HostNames.Listener {
        @Override
        public void name(String label) throws IOException {
            throw new IOException("the file that plays the kernel's name cannot be written");
        }

        @Override
        public Optional<String> renamed(String label) {
            return Optional.empty();
        }
    }
}
