package io.muster.hub.cli;

import io.muster.hub.enrolment.Authority;
import io.muster.hub.enrolment.AuthorityConfig;
import io.muster.hub.enrolment.EnrolmentService;
import io.muster.hub.enrolment.Founding;
import io.muster.hub.enrolment.Lifetimes;
import io.muster.hub.enrolment.Operators;
import io.muster.message.Endpoint;
import io.muster.message.Identity;
import io.muster.message.Role;
import io.muster.security.Attributes;
import io.muster.security.Passphrase;
import io.muster.transport.jms.BrokerAddress;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code muster ca init}: a fleet begins. */
@Command(
        name = "init",
        description = {
            "Make the authority of a fleet: root, the issuers of operators and of nodes,",
            "the hub's certificates, and the first operator's credentials.",
            "Asks for a passphrase that protects root and issuer of operators, and for another"
                    + " that",
            "protects the operator's key. Nothing that exists is ever overwritten."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster ca init --fleet prod",
            "  muster ca init --fleet prod --operator alice --host hub.example.org --host 10.0.0.5"
        })
final class CaInit implements Callable<Integer> {
    private final Surroundings around;

    @Option(
            names = "--fleet",
            paramLabel = "NAME",
            required = true,
            description = "What the fleet is called, for ever.")
    private String fleet = "";

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = {
                "Name or address under which nodes and operators reach the hub; the first goes",
                "into join tokens; may be repeated (default: those of this machine)."
            })
    private List<String> hosts = new ArrayList<>();

    @Option(
            names = "--operator",
            paramLabel = "NAME",
            description = "The first operator (default: whoever runs this).")
    private Optional<String> operator = Optional.empty();

    @Option(
            names = "--operator-dir",
            paramLabel = "DIR",
            description = "Where the operator's files go (default: ~/.config/muster).")
    private Optional<Path> operatorDirectory = Optional.empty();

    @Option(
            names = "--broker-port",
            paramLabel = "PORT",
            description = "Where the bus listens (default: 61617).")
    private int brokerPort = BrokerAddress.DEFAULT_PORT;

    @Option(
            names = "--enrol-port",
            paramLabel = "PORT",
            description = "Where the hub takes join requests (default: 61618).")
    private int enrolPort = EnrolmentService.DEFAULT_PORT;

    @Option(
            names = "--node-validity",
            paramLabel = "TIME",
            description = "Of nodes' certificates (default: 30d).")
    private Duration node = Lifetimes.DEFAULT.node();

    @Option(
            names = "--operator-validity",
            paramLabel = "TIME",
            description = "Of operators' certificates (default: 12h, at most 7d).")
    private Duration operatorValidity = Lifetimes.DEFAULT.operator();

    @Option(
            names = "--server-validity",
            paramLabel = "TIME",
            description = "Of the hub's certificates (default: 90d).")
    private Duration server = Lifetimes.DEFAULT.server();

    @Option(
            names = "--no-passphrase",
            description = "Protect no key; for scripts, and authorities on a medium of their own.")
    private boolean noPassphrase;

    @Mixin private Unlocking unlocking = new Unlocking();
    @Mixin private OperatorPassphrase operatorPassphrase = new OperatorPassphrase();
    @Mixin private AuthorityOptions authority = new AuthorityOptions();

    CaInit(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        var person = new Identity(fleet, Role.OPERATOR, operator.orElseGet(this::whoever)).name();
        var out = operatorDirectory.orElseGet(around::operatorDirectory);
        var config = config();
        Founding.checkFree(authority.directory());
        Operators.checkFree(out);
        var passphrase =
                NewPassphrase.choose(
                        around,
                        "root and issuer of operators",
                        unlocking.file(),
                        noPassphrase,
                        "--passphrase-file FILE or --no-passphrase");
        var operators =
                noPassphrase
                        ? Optional.<Passphrase>empty()
                        : operatorPassphrase.choose(around, person);
        new Founding(around.random(), around.clock())
                .found(authority.directory(), fleet, config, passphrase);
        report(authority.open(around));
        var wanted = new Operators.Wanted(person, config.lifetimes().operator(), Attributes.NONE);
        CaOperator.report(
                around,
                wanted,
                out,
                Operators.open(
                                authority.directory(),
                                _ -> passphrase.orElseThrow(),
                                around.random(),
                                around.clock())
                        .issue(wanted, out, config.broker(), () -> operators)
                        .getNotAfter()
                        .toInstant());
        around.err().println("Next: muster hub, then muster ca token for each machine.");
        return 0;
    }

    private AuthorityConfig config() {
        var lifetimes = new Lifetimes(node, operatorValidity, server);
        var all = hosts.isEmpty() ? OwnHosts.find() : new ArrayList<>(hosts);
        for (var loopback : OwnHosts.LOOPBACK) {
            if (!all.contains(loopback)) {
                all.add(loopback);
            }
        }
        return new AuthorityConfig(
                new Endpoint(all.getFirst(), enrolPort),
                new Endpoint(all.getFirst(), brokerPort),
                all,
                lifetimes);
    }

    private String whoever() {
        var name = around.person().toLowerCase(java.util.Locale.ROOT);
        return name.matches("[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?") ? name : "operator";
    }

    private void report(Authority made) {
        var out = around.out();
        out.println("fleet " + fleet + ": its authority is in " + authority.directory());
        out.println("root fingerprint: " + made.rootFingerprint().hex());
        out.println("hub and broker answer as: " + String.join(", ", made.config().hosts()));
        around.err()
                .println(
                        "Keep copies of "
                                + made.files().root()
                                + " and "
                                + made.files().operators()
                                + " off this machine: whoever has them has the fleet.");
    }
}
