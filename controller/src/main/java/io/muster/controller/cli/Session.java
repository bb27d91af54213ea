package io.muster.controller.cli;

import io.muster.config.IoReason;
import io.muster.controller.ControllerConfig;
import io.muster.controller.Fleet;
import io.muster.controller.ask.Caller;
import io.muster.controller.ask.Hub;
import io.muster.controller.ask.Secrets;
import io.muster.controller.audit.HeadsFile;
import io.muster.controller.discovery.BroadcastDiscovery;
import io.muster.controller.discovery.Discovery;
import io.muster.controller.discovery.FileDiscovery;
import io.muster.controller.discovery.PresenceDiscovery;
import io.muster.controller.discovery.Recipients;
import io.muster.controller.discovery.Search;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.controller.trust.HubLocks;
import io.muster.controller.trust.HubTrust;
import io.muster.controller.trust.KnownLists;
import io.muster.controller.trust.KnownSet;
import io.muster.filter.Filter;
import io.muster.message.ActionName;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.ReplyAddress;
import io.muster.message.RequestId;
import io.muster.message.Role;
import io.muster.message.Value.Fields;
import io.muster.security.Credentials;
import io.muster.security.Documents;
import io.muster.security.Passphrase;
import io.muster.security.PassphraseSource;
import io.muster.security.PayloadType;
import io.muster.security.SecurityFileException;
import io.muster.security.TrustStore;
import io.muster.security.Verification.Untrusted;
import io.muster.security.Verifier;
import io.muster.transport.Transport;
import io.muster.transport.TransportException;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** One command's connection to its fleet. */
final class Session implements AutoCloseable {
    private static final String OPERATOR = "operator";

    private final Opening.Keys keys;
    private final Transport transport;
    private final Caller caller;
    private final Verifier verifier;
    private final Fleet fleet;
    private final HubTrust hub;
    private final KnownLists lists;
    private final Runnable atTheEnd;

    private Session(
            Opening.Keys keys,
            Transport transport,
            Caller caller,
            Verifier verifier,
            KnownLists lists,
            HubTrust hub,
            Runnable atTheEnd) {
        this.keys = keys;
        this.lists = lists;
        this.hub = hub;
        this.atTheEnd = atTheEnd;
        this.transport = transport;
        this.caller = caller;
        this.verifier = verifier;
        this.fleet = new Fleet(caller, new HubLocks(hub, caller));
    }

    /** What the nodes signed about their audit logs is worth keeping, and never worth failing. */
    private static void keep(HeadsFile heads, ControllerConfig config, Surroundings around) {
        try {
            heads.write();
        } catch (IOException e) {
            around.err()
                    .println(
                            "muster: what the nodes signed about their audit logs is not kept: "
                                    + config.heads()
                                    + ": "
                                    + IoReason.of(e));
            around.err().flush();
        }
    }

    /**
     * Reads configuration and keys, connects and subscribes the inbox; takes over what was begun
     * already.
     *
     * @throws RuntimeException of the part that cannot be used, with a message for the operator
     */
    static Session open(Surroundings around, CommonOptions options, Optional<Collective> collective)
            throws InterruptedException {
        return open(around, options, collective, Optional.empty(), List.of());
    }

    /**
     * The same, to be answered where an earlier process wanted to be.
     *
     * @param address must belong to the operator
     * @param earlier what that process asked
     */
    static Session open(
            Surroundings around,
            CommonOptions options,
            Optional<Collective> collective,
            Optional<ReplyAddress> address,
            List<RequestId> earlier)
            throws InterruptedException {
        var configuration = new ConfigFile(around, options);
        var opening =
                around.opening()
                        .filter(begun -> begun.isFor(configuration))
                        .orElseGet(() -> Opening.begin(around, options));
        var keys = opening.keys();
        checkOwnWord(keys.credentials(), around);
        var transport = opening.transport();
        try {
            var spoken = collective.orElse(keys.config().collective());
            var heads = new HeadsFile(keys.config().heads());
            var lists = keys.lists();
            var caller =
                    new Caller(
                            transport,
                            keys.credentials(),
                            spoken,
                            lists.revocations(),
                            around.clock(),
                            keys.random(),
                            address.orElseGet(
                                    () -> Caller.address(keys.credentials(), keys.random())),
                            earlier,
                            heads);
            var trust = keys.credentials().trust();
            var verifier = new Verifier(trust, lists.revocations(), around.clock());
            var documents = new Documents(trust, lists.revocations(), around.clock());
            return new Session(
                    keys,
                    transport,
                    caller,
                    verifier,
                    lists,
                    new HubTrust(caller, lists, new KnownSet(trust, lists), documents),
                    () -> keep(heads, keys.config(), around));
        } catch (RuntimeException e) {
            transport.close();
            throw e;
        }
    }

    /**
     * Would we believe ourselves? While the connection is being made there is time to find out; and
     * the first answer will find everything it needs loaded.
     */
    private static void checkOwnWord(Credentials credentials, Surroundings around) {
        var word = credentials.signer().sign(PayloadType.REQUEST, Bytes.utf8("{}"));
        var verifier = new Verifier(credentials.trust(), around.clock());
        if (verifier.verify(word, PayloadType.REQUEST, Set.of(Role.OPERATOR))
                instanceof Untrusted(var flaw, var problem)) {
            throw new SecurityFileException(
                    "what this operator signs is not valid: " + flaw + ": " + problem);
        }
    }

    /** The operator's keys, checked; the passphrase, if there is one, is asked for at once. */
    static Credentials credentials(ControllerConfig config, Surroundings around) {
        return credentials(config, around, passphrases(config, around));
    }

    /**
     * The operator's keys, checked.
     *
     * @param passphrases see {@link #passphrases}
     * @throws SecurityFileException if they cannot be used, or would not be believed
     */
    static Credentials credentials(
            ControllerConfig config, Surroundings around, PassphraseSource passphrases) {
        var directory = config.credentials();
        if (Files.notExists(directory.resolve("trust.pem"))
                && Files.notExists(directory.resolve(OPERATOR + ".key"))) {
            throw new SecurityFileException(
                    directory
                            + ": no operator's keys here; `muster ca operator` on the machine of"
                            + " the authority makes them");
        }
        var credentials = Credentials.load(directory, OPERATOR, passphrases);
        misfit(credentials, config, around.clock().instant())
                .ifPresent(
                        problem -> {
                            var certificate = directory.resolve(OPERATOR + ".crt");
                            throw new SecurityFileException(certificate + ": " + problem);
                        });
        return credentials;
    }

    /** The passphrase of the operator's key: from the file that is set, or a person types it. */
    static PassphraseSource passphrases(ControllerConfig config, Surroundings around) {
        return key ->
                config.passphrase()
                        .map(Passphrase::read)
                        .or(
                                () ->
                                        around.unseen()
                                                .apply("Passphrase of " + key + ": ")
                                                .map(Passphrase::of))
                        .orElseThrow(
                                () ->
                                        new SecurityFileException(
                                                key
                                                        + ": is protected by a passphrase, and"
                                                        + " there is no terminal to type it at: set"
                                                        + " passphrase-file = FILE"));
    }

    /** Why keys that can be read are not those to speak with, if so. */
    private static Optional<String> misfit(
            Credentials credentials, ControllerConfig config, Instant now) {
        var identity = credentials.identity();
        if (identity.role() != Role.OPERATOR) {
            return Optional.of("is of " + identity.brief() + ", and only an operator may ask");
        }
        if (config.fleet().filter(fleet -> !fleet.equals(identity.fleet())).isPresent()) {
            return Optional.of(
                    "is of the fleet "
                            + identity.fleet()
                            + ", and the configuration says "
                            + config.fleet().get());
        }
        return credentials
                .flaw(now)
                .map(flaw -> flaw + "; nobody will believe it: have a new one made");
    }

    Fleet fleet() {
        return fleet;
    }

    Caller caller() {
        return caller;
    }

    ControllerConfig config() {
        return keys.config();
    }

    Credentials credentials() {
        return keys.credentials();
    }

    /** The hub, to be asked. */
    Hub desk() {
        return new Hub(caller, config().patience().hub());
    }

    /** Checks what others have signed. */
    Verifier verifier() {
        return verifier;
    }

    /** Whom the operator trusts. */
    TrustStore trust() {
        return keys.credentials().trust();
    }

    /** Lists and locks, as the hub has them. */
    HubTrust hubTrust() {
        return hub;
    }

    /** The revocation lists this machine knows. */
    KnownLists lists() {
        return lists;
    }

    RandomGenerator random() {
        return keys.random();
    }

    /**
     * Fetches the lists that somebody said are newer; what the hub does not hand out is missed by
     * {@code muster doctor}.
     */
    private void catchUp() throws InterruptedException {
        if (caller.behind()) {
            hub.ask(config().patience().hub());
        }
    }

    /** Those who are there and match, as the configuration says to look for them. */
    Targets find(Search search) throws InterruptedException {
        return fleet.find(discovery(new TargetOptions(), new TimeOptions()), search);
    }

    /** Who is looked for. */
    Search search(TargetOptions options) {
        var search = Search.of(options.filter());
        return options.nodes().map(search::among).orElse(search);
    }

    /** Finds them, and keeps as many as are wanted. */
    Targets find(TargetOptions options) throws InterruptedException {
        return find(options, new TimeOptions());
    }

    /** The same, and waits for them as long as those say. */
    Targets find(TargetOptions options, TimeOptions times) throws InterruptedException {
        var found = fleet.find(discovery(options, times), Search.of(options.filter()));
        catchUp();
        var attributes = options.attested();
        var chosen =
                attributes.isEmpty()
                        ? found
                        : recipients(options, times).attested(found, attributes);
        return options.choose(chosen, keys.random());
    }

    /**
     * The secrets, for the nodes that will be sent to.
     *
     * @throws io.muster.controller.discovery.Recipients.NoRecipientException if they must not, or
     *     cannot, be sent to one of them
     */
    Secrets secrets(Fields values, TargetOptions options, TimeOptions times, List<Target> there)
            throws InterruptedException {
        if (values.members().isEmpty()) {
            return Secrets.NONE;
        }
        Recipients.checkFilter(options.filter());
        Recipients.checkNames(search(options), there);
        return new Secrets(values, recipients(options, times).keys(there));
    }

    private Recipients recipients(TargetOptions options, TimeOptions times) {
        var method = options.discovery().orElse(keys.config().method());
        return new Recipients(caller, times.patience(keys.config(), method));
    }

    /** Those nodes that announced this action. */
    List<Target> able(ActionName action, TargetOptions options) throws InterruptedException {
        var none = List.<String>of();
        var able = new Filter(none, none, List.of(action.value()), none, none, none);
        return fleet.find(discovery(options, new TimeOptions()), Search.of(able)).online();
    }

    private Discovery discovery(TargetOptions options, TimeOptions times) {
        var method = options.discovery().orElse(config().method());
        var patience = times.patience(config(), method);
        Discovery discovery =
                switch (method) {
                    case PRESENCE ->
                            new PresenceDiscovery(
                                    caller,
                                    patience,
                                    new BroadcastDiscovery(caller, patience, false));
                    case BROADCAST -> new BroadcastDiscovery(caller, patience, true);
                };
        var inner = discovery;
        return options.nodes()
                .<Discovery>map(names -> new FileDiscovery(names, inner))
                .orElse(discovery);
    }

    /** Closes the connection in good order, also when the thread is interrupted. */
    @Override
    public void close() {
        var interrupted = Thread.interrupted();
        try {
            if (!interrupted) {
                catchUp();
            }
        } catch (TransportException _) {
            // The next command tries again.
        } catch (InterruptedException _) {
            interrupted = true;
        }
        try {
            caller.close();
            atTheEnd.run();
        } finally {
            transport.close();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
