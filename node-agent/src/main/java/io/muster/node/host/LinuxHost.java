package io.muster.node.host;

import static java.lang.System.Logger.Level.ERROR;

import io.muster.exec.Command;
import io.muster.exec.CommandRunner;
import io.muster.exec.Hearer;
import io.muster.exec.Result;
import io.muster.exec.Stay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The Linux machine this process runs on. */
public final class LinuxHost implements Host {
    private static final System.Logger LOG = System.getLogger(LinuxHost.class.getName());

    /** What sd_booted(3) looks at: systemd is process 1. */
    private static final String SYSTEMD = "/run/systemd/system";

    private final CommandRunner runner;
    private final Tools tools;
    private final Tree files;
    private final HostNames names;
    private final Accounts accounts;
    private final String bootId;

    /**
     * This machine.
     *
     * @param random for pauses between tries
     * @throws IOException if the kernel does not tell the boot's id
     */
    public LinuxHost(CommandRunner runner, RandomGenerator random) throws IOException {
        this(Path.of("/"), runner, random);
    }

    LinuxHost(Path root, CommandRunner runner, RandomGenerator random) throws IOException {
        this.runner = runner;
        files = new Tree(root, true);
        tools = new Tools(root, Tools.LINUX);
        names = new HostNames(files, new Naming());
        accounts = new LinuxAccounts(files, tools, runner, random, Duration.ofMillis(200));
        bootId = BootId.read(files);
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
        return new AuthorizedKeys(files, user -> new Owner(user.uid(), user.gid()));
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
        return runner.run(command, hearer);
    }

    @Override
    public Result run(Command command, Hearer hearer, Stay stay) {
        return runner.run(command, hearer, stay);
    }

    @Override
    public Deed reboot(Duration delay, String reason) throws IOException {
        if (systemd()) {
            var command = timer(delay, reason);
            return () -> order(command);
        }
        var command =
                reason.isEmpty()
                        ? Command.of(tools.need("shutdown"), "-r", "now")
                        : Command.of(tools.need("shutdown"), "-r", "now", "--", reason);
        return () ->
                Thread.ofPlatform()
                        .daemon()
                        .name("reboot")
                        .start(() -> rebootAfter(delay, command));
    }

    /** A transient timer outlives this agent; its usual accuracy is a whole minute. */
    private Command timer(Duration delay, String reason) throws IOException {
        var arguments =
                new ArrayList<>(
                        List.of(
                                "--on-active=" + Math.max(1, delay.toSeconds()) + "s",
                                "--timer-property=AccuracySec=100ms",
                                "--",
                                tools.need("systemctl")));
        if (!reason.isEmpty()) {
            arguments.add("--message=" + reason);
        }
        arguments.add("reboot");
        return Command.of(tools.need("systemd-run"), arguments.toArray(String[]::new));
    }

    private void order(Command command) throws IOException {
        var result = runner.run(command);
        if (!result.succeeded()) {
            throw new IOException(
                    "cannot reboot: " + LinuxAccounts.how(command.arguments().getFirst(), result));
        }
    }

    private void rebootAfter(Duration delay, Command command) {
        try {
            Thread.sleep(delay);
            order(command);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.log(ERROR, () -> e.getMessage());
        }
    }

    /** The programs that know more ways to name a machine than its files. */
    private final class Naming implements HostNames.Listener {
        @Override
        public void name(String label) throws IOException {
            var hostname =
                    tools.find("hostname")
                            .orElseThrow(() -> new IOException("there is no program hostname"));
            var result = runner.run(Command.of(hostname, "--", label));
            if (!result.succeeded()) {
                throw new IOException(LinuxAccounts.how("hostname", result));
            }
        }

        @Override
        public Optional<String> renamed(String label) {
            var hostnamectl = tools.find("hostnamectl");
            if (!systemd() || hostnamectl.isEmpty()) {
                return Optional.empty();
            }
            var result =
                    runner.run(Command.of(hostnamectl.get(), "set-hostname", "--static", label));
            return result.succeeded()
                    ? Optional.empty()
                    : Optional.of(
                            "systemd was not told: " + LinuxAccounts.how("hostnamectl", result));
        }
    }

    private boolean systemd() {
        return Files.isDirectory(files.path(SYSTEMD), LinkOption.NOFOLLOW_LINKS);
    }
}
