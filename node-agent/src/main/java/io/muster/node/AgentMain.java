package io.muster.node;

import io.muster.config.ConfigException;
import io.muster.config.ConsoleLog;
import io.muster.journal.Disk;
import io.muster.journal.JournalInUseException;
import io.muster.message.Guard;
import io.muster.security.Certificates;
import io.muster.security.Credentials;
import io.muster.security.KnownTime;
import io.muster.security.SecurityFileException;
import io.muster.security.Tls;
import io.muster.threads.Resignation;
import io.muster.threads.SupervisedThreads;
import io.muster.threads.Threads;
import io.muster.threads.Watchdog;
import io.muster.transport.Destination;
import io.muster.transport.EchoPace;
import io.muster.transport.HearingTransport;
import io.muster.transport.jms.ConnectionState;
import io.muster.transport.jms.JmsConnectionConfig;
import io.muster.transport.jms.JmsTransport;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The node agent's program: {@code muster agent}, {@code muster agent join} and {@code muster agent
 * seal}.
 *
 * <p>The daemon itself is started without the command-line library, which would stay in its memory
 * for ever.
 */
public final class AgentMain {
    /** Bad settings or credentials: starting again will not help, and systemd is told so. */
    static final int BAD_CONFIGURATION = 78;

    /**
     * The machine that a directory plays goes down: whoever plays its power supply starts it again.
     */
    static final int SANDBOX_REBOOT = 133;

    private static final Duration STOPPING = Duration.ofSeconds(20);

    private AgentMain() {}

    /** Runs the program; the launcher passes its verb, {@code agent}, as well. */
    public static void main(String[] args) {
        var words = new ArrayList<>(List.of(args));
        words.remove("agent");
        var helper = !words.isEmpty() && words.getFirst().equals("helper");
        var options = helper ? words.subList(1, words.size()) : words;
        Program program = helper ? HelperMain::run : AgentMain::run;
        Signals.listen(System::exit, Runtime.getRuntime()::halt);
        if (options.isEmpty()) {
            System.exit(daemon(AgentConfig.FILE, false, program));
        } else if (options.size() == 2 && options.getFirst().equals("--config")) {
            System.exit(daemon(Path.of(options.getLast()), false, program));
        }
        System.exit(commandLine(words.toArray(String[]::new)));
    }

    /** What a daemon does once its settings are read: the process's exit status. */
    private interface Program {
        int run(AgentConfig config, System.Logger log) throws IOException, InterruptedException;
    }

    private static int commandLine(String... words) {
        return new CommandLine(new AgentCommand())
                .addSubcommand(new JoinCommand())
                .addSubcommand(new ClockOkCommand())
                .addSubcommand(new SealCommand())
                .setOut(writer(System.out))
                .setErr(writer(System.err))
                .execute(words);
    }

    /** Text of others does no harm there, and each line is seen at once. */
    static PrintWriter writer(PrintStream stream) {
        return Guard.ofLines(new PrintWriter(stream, true, StandardCharsets.UTF_8));
    }

    /** The daemon, until it is told to stop; the process's exit status. */
    static int daemon(Path file, boolean debug) {
        return daemon(file, debug, AgentMain::run);
    }

    private static int daemon(Path file, boolean debug, Program program) {
        var journal = System.getenv("JOURNAL_STREAM") != null;
        ConsoleLog.install(writer(System.out), journal, debug);
        var log = System.getLogger("io.muster.agent");
        try {
            return program.run(AgentConfig.read(file), log);
        } catch (ConfigException | SecurityFileException e) {
            String.valueOf(e.getMessage()).lines().forEach(l -> log.log(Level.ERROR, () -> l));
            return BAD_CONFIGURATION;
        } catch (IOException | JournalInUseException e) {
            log.log(Level.ERROR, () -> "cannot start: " + e.getMessage());
            return 1;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private static int run(AgentConfig config, System.Logger log)
            throws IOException, InterruptedException {
        var membership = new Membership(config);
        if (!membership.joined()) {
            throw new ConfigException(
                    "this machine has not joined a fleet ("
                            + config.state()
                            + " holds no certificate): muster agent join TOKEN, with a token from"
                            + " muster ca token");
        }
        if (!membership.settled()) {
            throw new ConfigException(
                    "this machine joined before it had a root helper ("
                            + config.helperState()
                            + " holds no certificate): as root, muster agent join");
        }
        if (config.brokers().isEmpty()) {
            throw new ConfigException("no hub to connect to: set hub = HOST:PORT");
        }
        var credentials = membership.credentials();
        var clock = InstantSource.system();
        var time =
                config.challenge()
                        ? Optional.of(new KnownTime(clock, credentials))
                        : Optional.<KnownTime>empty();
        var believed = time.<InstantSource>map(known -> known).orElse(clock);
        var now = believed.instant();
        var made = credentials.certificate().getNotBefore().toInstant();
        if (now.isBefore(made)) {
            throw new IOException(
                    "this machine's clock says "
                            + now
                            + ", and this node's certificate was made on "
                            + made
                            + ": set the clock (NTP), or clock = challenge in the settings");
        }
        var outdated = outdated(config, credentials, now);
        tellOfSealing(config, credentials, log);
        var stop = new CountDownLatch(1);
        var status = new AtomicInteger();
        var host =
                Machine.host(
                        config,
                        Machine.runner(config.state()),
                        () -> {
                            status.set(SANDBOX_REBOOT);
                            stop.countDown();
                        });
        var reconnecting = new AtomicReference<Runnable>(() -> {});
        var renewal =
                membership.renewal(
                        credentials,
                        host,
                        () -> Objects.requireNonNull(reconnecting.get()).run(),
                        believed,
                        log);
        if (outdated.isPresent()) {
            log.log(Level.WARNING, outdated::get);
            renewal.orElseThrow().revive();
        }
        var node = Machine.node(config, host, version(), clock);
        var connected = new Semaphore(0);
        var resignation =
                new Resignation(
                        log,
                        _ -> {
                            status.set(Resignation.STATUS);
                            Resignation.haltAfter(STOPPING);
                            stop.countDown();
                        });
        var threads = new SupervisedThreads(Threads.REAL, resignation);
        var line =
                JmsTransport.open(
                        JmsConnectionConfig.tls(
                                config.brokers(),
                                time.map(known -> Tls.mutual(credentials, known))
                                        .orElseGet(() -> Tls.mutual(credentials)),
                                JmsConnectionConfig.clientId(credentials.identity())),
                        state -> heard(state, connected, log));
        var running = new AtomicReference<Optional<NodeAgent>>(Optional.empty());
        var transport =
                new HearingTransport(
                        line,
                        Set.of(new Destination.Node(credentials.identity().nodeId())),
                        EchoPace.ALONE.withQuiet(config.echo()),
                        line::cut,
                        new Deafness(
                                () ->
                                        Objects.requireNonNull(running.get())
                                                .map(NodeAgent::idle)
                                                .orElse(true),
                                resignation,
                                log),
                        clock,
                        new SecureRandom(),
                        threads);
        var agent =
                new NodeAgent(
                        new NodeAgent.Parts(
                                credentials,
                                config.limits(),
                                config.announcing(),
                                config.state(),
                                transport,
                                connected,
                                node,
                                new PolicyFile(
                                        config.policy(),
                                        LocalFacts.of(config, credentials, clock),
                                        node.actions(),
                                        log),
                                helper(config, log),
                                time,
                                config.lists(),
                                new SecureRandom(),
                                log,
                                Disk.REAL,
                                threads));
        running.set(Optional.of(agent));
        transport.start();
        reconnecting.set(line::reconnect);
        renewal.ifPresent(r -> threads.keep("renewal", r::run));
        Watchdog.watch(resignation);
        closeAtTheEnd(agent, stop);
        log.log(Level.INFO, () -> "ready: " + credentials.identity());
        stop.await();
        if (status.get() == Resignation.STATUS) {
            agent.finish();
        }
        agent.close();
        return status.get();
    }

    /**
     * Without that key the node works, and refuses whatever has secrets in it. With a root helper
     * it is not here to be looked at.
     */
    private static void tellOfSealing(
            AgentConfig config, Credentials credentials, System.Logger log) {
        try {
            var there =
                    config.helper().isPresent()
                            ? Certificates.sealingKey(credentials.certificate()).isPresent()
                            : credentials.sealing().isPresent();
            if (!there) {
                log.log(Level.WARNING, "this node cannot be sent secrets: join anew for that");
            }
        } catch (SecurityFileException e) {
            log.log(Level.ERROR, () -> "this node cannot be sent secrets: " + e.getMessage());
        }
    }

    /**
     * A node that was off for long may ask for a certificate, and wait for a person to sign it.
     *
     * @return why it has to, if so
     * @throws SecurityFileException if its certificate is no good, and asking does not help
     */
    private static Optional<String> outdated(
            AgentConfig config, Credentials credentials, Instant now) {
        return credentials
                .flaw(now)
                .map(
                        flaw -> {
                            var problem =
                                    config.state().resolve("node.crt")
                                            + ": this node's certificate is "
                                            + flaw
                                            + ": ";
                            var end = credentials.certificate().getNotAfter().toInstant();
                            if (config.door().isEmpty() || now.isBefore(end)) {
                                throw new SecurityFileException(
                                        problem
                                                + "the hub will not let it in; move it away and"
                                                + " join again");
                            }
                            return problem + "asking the hub for another";
                        });
    }

    /** Who does what needs root, if it is not this process. */
    private static Optional<HelperDoor> helper(AgentConfig config, System.Logger log) {
        var user = System.getProperty("user.name", "");
        if (config.helper().isEmpty() && config.sandbox().isEmpty() && !user.equals("root")) {
            log.log(
                    Level.WARNING,
                    () ->
                            "running as "
                                    + user
                                    + " without a helper: most actions will fail; set helper ="
                                    + " /run/muster/helper.sock, or start as root");
        }
        return config.helper()
                .map(
                        socket ->
                                new HelperDoor(
                                        socket,
                                        Set.copyOf(List.of("root", user)),
                                        config.trust().resolve("node.crt")));
    }

    private static void heard(ConnectionState state, Semaphore connected, System.Logger log) {
        log.log(
                state instanceof ConnectionState.Connected ? Level.INFO : Level.WARNING,
                state::toString);
        if (state instanceof ConnectionState.Connected) {
            connected.release();
        }
    }

    /** On SIGTERM the virtual machine runs this, and then ends with status 143. */
    private static void closeAtTheEnd(NodeAgent agent, CountDownLatch stop) {
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    if (stop.getCount() > 0) {
                                        agent.finish();
                                        agent.close();
                                    }
                                },
                                "stop"));
    }

    /** This program's version, from its jar. */
    static String version() {
        var version = AgentMain.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
