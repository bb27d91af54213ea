package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.muster.journal.Disk;
import io.muster.message.Bytes;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.RequestId;
import io.muster.node.helper.Line;
import io.muster.node.helper.Word;
import io.muster.node.time.Challenge;
import io.muster.node.trust.TrustRules;
import io.muster.security.OwnCertificate;
import io.muster.security.Pem;
import io.muster.security.TrustStore;
import io.muster.threads.Threads;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A root helper beside a node agent, of the same fleet and machine, with records of its own. */
final class HelperFixture {
    static final String ME = System.getProperty("user.name");

    final NodeFixture node;
    final AtomicInteger runs = new AtomicInteger();
    final CountDownLatch hold = new CountDownLatch(1);
    final Path state;
    private final Path socket;
    private final boolean challenged;
    private Set<String> callers = Set.of(ME);
    private TrustRules rules = TrustRules.DEFAULT;
    private RootHelper helper;
    private HelperDesk desk;
    private Thread thread;
    private boolean stopped;

    HelperFixture(Path directory) throws IOException {
        this(directory, false, Duration.ZERO);
    }

    /**
     * @param challenged whether node agent and helper do not trust their clock
     * @param ahead how far that is ahead of everybody else's
     */
    HelperFixture(Path directory, boolean challenged, Duration ahead) throws IOException {
        this.challenged = challenged;
        socket = directory.resolve("helper.sock");
        state = Files.createDirectories(directory.resolve("helper"));
        var door = new HelperDoor(socket, Set.of(ME), state.resolve("node.crt"));
        node = new NodeFixture(directory, challenged, ahead, door);
        write("node.crt", Pem.certificate(node.node.certificate()));
        write("node.sealing.key", Pem.key(node.node.sealing().orElseThrow()));
        Files.writeString(trust(), node.fleet.trust().pem());
        open(Duration.ofDays(1));
    }

    private void write(String name, String text) throws IOException {
        var file = Files.writeString(state.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private void open(Duration patience) throws IOException {
        var log = System.getLogger("test");
        var own = OwnCertificate.in(state);
        var fleet = TrustStore.load(trust());
        var machine = node.machine(new TestActions(runs, hold));
        desk =
                new HelperDesk(
                        new Grounds.Soil(
                                own.identity(),
                                fleet,
                                own::attributes,
                                NodeLimits.DEFAULT,
                                state,
                                new PolicyFile(
                                        node.directory.resolve("policy.json"),
                                        new LocalFacts(
                                                own::attributes,
                                                node.directory.resolve("facts"),
                                                machine.clock()),
                                        machine.actions(),
                                        log),
                                challenged
                                        ? Optional.of(own.time(machine.clock(), fleet))
                                        : Optional.empty(),
                                machine.clock(),
                                new Random(1),
                                log,
                                Disk.REAL,
                                Threads.REAL),
                        machine,
                        rules,
                        own,
                        challenged
                                ? Challenge.with(
                                        new SecureRandom(),
                                        System::nanoTime,
                                        Duration.ofMinutes(1),
                                        () -> {})
                                : Challenge.none());
        stopped = false;
        helper = new RootHelper(desk, callers, log);
        var door = door();
        thread = Thread.ofVirtual().start(() -> serve(door, patience));
    }

    /** In this life it waits so long for what is in the way of something else. */
    void patient(Duration limit) {
        desk.patient(limit);
    }

    /** Whether it has heard of that request. */
    boolean knows(RequestId id) throws IOException {
        return Files.readString(state.resolve("requests.journal"), ISO_8859_1).contains(id.value());
    }

    /** Whom the helper trusts: a file of its own. */
    Path trust() {
        return state.resolve("trust.pem");
    }

    private void serve(ServerSocketChannel door, Duration patience) {
        try (door) {
            helper.serve(door, patience, () -> false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From now on only these users may ask. */
    void allowOnly(String user) throws IOException, InterruptedException {
        callers = Set.of(user);
        restart();
    }

    /** From now on the authority's word must be that fresh. */
    void demand(TrustRules others) throws IOException, InterruptedException {
        rules = others;
        restart();
    }

    /** Another helper, on the same disk. */
    void restart() throws IOException, InterruptedException {
        stop();
        open(Duration.ofDays(1));
    }

    /** After {@link #stop}: where a helper would listen. */
    ServerSocketChannel door() throws IOException {
        Files.deleteIfExists(socket);
        var door = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        door.bind(UnixDomainSocketAddress.of(socket));
        return door;
    }

    /** After {@link #stop}: another helper, on the same disk. */
    void startAgain() throws IOException {
        open(Duration.ofDays(1));
    }

    /** Another helper, which ends when it was idle for so long. */
    Thread restartImpatient(Duration patience) throws IOException, InterruptedException {
        stop();
        open(patience);
        return thread;
    }

    void stop() throws InterruptedException {
        if (stopped) {
            return;
        }
        stopped = true;
        helper.stop();
        thread.join();
        desk.close();
    }

    /** What whoever has the node agent's user may do: call. */
    Line call() throws IOException {
        return Line.connect(socket);
    }

    UnixDomainSocketAddress address() {
        return UnixDomainSocketAddress.of(socket);
    }

    /** That the helper would not, and why. */
    static void assertRefused(Word word, Reason reason) {
        assertThat(word)
                .isInstanceOfSatisfying(
                        Word.Done.class,
                        done ->
                                assertThat(done.outcome())
                                        .isInstanceOfSatisfying(
                                                Outcome.Refused.class,
                                                r -> assertThat(r.reason()).isEqualTo(reason)));
    }

    /** Sends that envelope straight to the socket, and hears the answer. */
    Word ask(Bytes envelope) throws IOException {
        return ask(new Word.Perform(envelope));
    }

    /** Says that straight to the socket, and hears the answer. */
    Word ask(Word question) throws IOException {
        try (var line = call()) {
            line.say(question);
            return line.hear(Duration.ofSeconds(20));
        }
    }

    /** Its audit log; empty until it has begun one. */
    String audit() throws IOException {
        var log = state.resolve("audit.jsonl");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    void close() throws InterruptedException {
        hold.countDown();
        node.close();
        stop();
    }
}
