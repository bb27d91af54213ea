package io.muster.hub.cli;

import io.muster.config.ConfigException;
import io.muster.config.FileGuard;
import io.muster.config.Settings;
import io.muster.hub.Hub;
import io.muster.hub.HubConfig;
import io.muster.hub.ListenAddress;
import io.muster.hub.presence.HubService;
import io.muster.threads.Resignation;
import io.muster.threads.Watchdog;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** {@code muster hub}: the centre. */
@Command(
        name = "hub",
        description = {
            "Run the centre of a fleet: the message broker, presence and enrolment.",
            "Needs an authority: muster ca init. A second start does nothing."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster hub",
            "  muster hub --ca /srv/muster/ca --state /srv/muster/hub --listen 10.0.0.5:61617"
        })
final class HubCommand implements Callable<Integer> {
    private static final Duration STOPPING = Duration.ofSeconds(20);

    private final Surroundings around;
    private final AtomicInteger status = new AtomicInteger();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings (default: /etc/muster/hub.conf, if it is there).")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "The hub's own directory (default: /var/lib/muster/hub).")
    private Optional<Path> state = Optional.empty();

    @Option(
            names = "--ca",
            paramLabel = "DIR",
            description = "The authority's directory (default: /var/lib/muster/ca).")
    private Optional<Path> ca = Optional.empty();

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "Where the broker listens (default: 0.0.0.0:61617).")
    private Optional<String> listen = Optional.empty();

    @Option(
            names = "--enrol",
            paramLabel = "HOST:PORT",
            description = "Where machines ask to join (default: 0.0.0.0:61618).")
    private Optional<String> enrol = Optional.empty();

    @Option(
            names = "--broker",
            paramLabel = "ssl://HOST:PORT",
            description = "Use that broker instead of an own one.")
    private Optional<String> broker = Optional.empty();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean help;

    HubCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        var config = config();
        var hub = Hub.start(config, self(), around.random(), around.clock());
        if (hub.isEmpty()) {
            around.out().println("already running, pid " + Hub.holder(config));
            return 0;
        }
        stopOnSignal(hub.get());
        Watchdog.watch(hub.get().resignation());
        ready(hub.get(), config);
        return end(hub.get().unable().join());
    }

    /** It ends with that status, whatever keeps it from stopping in good order. */
    private int end(String reason) {
        status.set(Resignation.STATUS);
        Resignation.haltAfter(STOPPING);
        around.err().println("muster hub: " + reason);
        return Resignation.STATUS;
    }

    private HubConfig config() {
        var path = file.orElse(HubConfig.FILE);
        if (file.isPresent() && Files.notExists(path)) {
            throw new ConfigException(path + ": there is no such file");
        }
        if (Files.exists(path)) {
            FileGuard.forThisProcess().trusted(path);
        }
        return HubConfig.of(Settings.readIfThere(path))
                .with(
                        ca,
                        state,
                        listen.map(text -> typed("--listen", text, ListenAddress::parse)),
                        enrol.map(text -> typed("--enrol", text, ListenAddress::parse)),
                        broker.map(text -> typed("--broker", text, HubConfig::broker)));
    }

    private static <T> T typed(String option, String text, Function<String, T> type) {
        try {
            return type.apply(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException(option + ": " + e.getMessage());
        }
    }

    private static HubService.Self self() {
        return new HubService.Self(hostName(), bootId());
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "hub";
        }
    }

    private static String bootId() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            return "unknown";
        }
    }

    private void ready(Hub hub, HubConfig config) {
        var bus =
                hub.brokerPort()
                        .map(port -> "ssl://" + new ListenAddress(config.listen().host(), port))
                        .orElseGet(() -> "ssl://" + config.broker().orElseThrow());
        around.out()
                .println(
                        "ready: fleet "
                                + hub.fleet()
                                + ", bus "
                                + bus
                                + ", enrolment "
                                + new ListenAddress(config.enrol().host(), hub.enrolmentPort())
                                + ", pid "
                                + ProcessHandle.current().pid());
        around.out()
                .println(
                        "To let a machine join: muster ca token, then there: muster agent join"
                                + " TOKEN");
        around.out().flush();
    }

    /** The machine would end with the signal's code; a service that was asked to stop ends well. */
    private void stopOnSignal(Hub hub) {
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform()
                                .name("hub-stop")
                                .unstarted(
                                        () -> {
                                            hub.close();
                                            around.out().println("stopped");
                                            around.out().flush();
                                            Runtime.getRuntime().halt(status.get());
                                        }));
    }
}
