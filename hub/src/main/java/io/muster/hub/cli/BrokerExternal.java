package io.muster.hub.cli;

import io.muster.broker.external.ExternalCheck;
import io.muster.broker.external.ExternalSettings;
import io.muster.broker.external.Finding;
import io.muster.hub.HubConfig;
import io.muster.message.Escape;
import io.muster.message.Json;
import io.muster.message.Role;
import io.muster.message.Value.Fields;
import io.muster.security.Credentials;
import io.muster.transport.jms.BrokerAddress;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** {@code muster broker external}: an ActiveMQ of one's own. */
@Command(
        name = "external",
        description = {
            "Say how an ActiveMQ of your own is made as strict as the hub's, or check whether it"
                    + " is.",
            "The check tries with real connections what must be refused, as a stranger, as a node"
                + " and as an operator, and tells each attempt. It ends with 0 if all is as it must"
                + " be, and with 4 if not. An agent that uses the same node's credentials loses its"
                + " connection meanwhile: take a node that was made for it. For a moment the"
                + " operator has no connection to spare, and fifty silent ones show whether they"
                + " keep others out."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster broker external",
            "  muster broker external --check ssl://bus.example.org:61617 --node"
                    + " /var/lib/muster/agent --operator ~/.config/muster",
            "  muster broker external --check ssl://bus.example.org:61617 --revoked"
                    + " /root/revoked-node"
        })
final class BrokerExternal implements Callable<Integer> {
    private static final int DONE = 0;
    private static final int FAILED = 4;
    private static final Path BROKER = Path.of("/etc/muster/broker");
    private static final Path DOCUMENTS = Path.of("/var/lib/muster/documents");

    private final Surroundings around;

    @Option(
            names = "--check",
            paramLabel = "ssl://HOST:PORT",
            description = "Check the broker that runs there.")
    private Optional<String> check = Optional.empty();

    @Option(
            names = "--node",
            paramLabel = "DIR",
            description = "For the check: the directory of a node's credentials.")
    private Optional<Path> node = Optional.empty();

    @Option(
            names = "--operator",
            paramLabel = "DIR",
            description =
                    "For the check: the directory of an operator's credentials (default: yours, if"
                            + " there are any).")
    private Optional<Path> operator = Optional.empty();

    @Option(
            names = "--revoked",
            paramLabel = "DIR",
            description =
                    "For the check: the directory of a node's or an operator's credentials whose"
                            + " certificate is revoked, and otherwise good.")
    private Optional<Path> revoked = Optional.empty();

    @Option(
            names = "--limit",
            paramLabel = "SPAN",
            description = "For the check: how long one answer may take (default: 10s).")
    private Duration limit = Duration.ofSeconds(10);

    @Option(
            names = "--output",
            paramLabel = "FORM",
            description = "For the check: text or jsonl (default: text).")
    private Form form = Form.text;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean help;

    /** How findings are told. */
    enum Form {
        text,
        jsonl
    }

    BrokerExternal(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        if (check.isEmpty()) {
            if (node.isPresent() || operator.isPresent() || revoked.isPresent()) {
                throw new UsageException(
                        "--node, --operator and --revoked are for --check ssl://HOST:PORT");
            }
            around.out().print(settings().page());
            return DONE;
        }
        return check(address(check.get()));
    }

    private static BrokerAddress address(String text) {
        try {
            return HubConfig.broker(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--check: " + e.getMessage());
        }
    }

    private int check(BrokerAddress broker) {
        var members = members();
        var outcast = revoked.map(this::outcast);
        var findings = new ArrayList<Finding>();
        var external = new ExternalCheck(broker, limit);
        external.asStranger(members.getFirst(), finding -> tell(finding, findings));
        members.forEach(member -> external.as(member, finding -> tell(finding, findings)));
        outcast.ifPresent(who -> external.asRevoked(who, finding -> tell(finding, findings)));
        var failed = findings.stream().filter(finding -> !finding.ok()).count();
        around.err()
                .println(
                        failed == 0
                                ? kept(broker, findings.size(), members)
                                : broken(broker, findings, failed));
        return failed == 0 ? DONE : FAILED;
    }

    private String kept(BrokerAddress broker, int attempts, List<Credentials> members) {
        var untried = new ArrayList<String>();
        if (members.stream().noneMatch(member -> member.identity().role() == Role.NODE)) {
            untried.add("what a node may do: --node DIR");
        }
        if (members.stream().noneMatch(member -> member.identity().role() == Role.OPERATOR)) {
            untried.add("what an operator may do: --operator DIR");
        }
        if (revoked.isEmpty()) {
            untried.add("whether it hears of revocations: --revoked DIR");
        }
        var what = attempts + " attempts ended as they must";
        return untried.isEmpty()
                ? broker + " keeps its promises: " + what
                : broker + ": " + what + "; not tried: " + String.join("; ", untried);
    }

    private static String broken(BrokerAddress broker, List<Finding> findings, long failed) {
        return failed
                + " of "
                + findings.size()
                + " attempts did not end as they must: "
                + broker
                + " is no place for a fleet";
    }

    /** Whoever would be refused for another reason shows nothing. */
    private Credentials outcast(Path directory) {
        var role = Files.exists(directory.resolve("node.crt")) ? "node" : "operator";
        var credentials = Credentials.load(directory, role);
        credentials
                .flaw(around.clock().instant())
                .ifPresent(
                        flaw -> {
                            throw new UsageException(
                                    "--revoked: the certificate is "
                                            + flaw
                                            + ", and would be refused for that alone");
                        });
        return credentials;
    }

    private List<Credentials> members() {
        var own = around.operatorDirectory();
        var members = new ArrayList<Credentials>();
        node.ifPresent(directory -> members.add(Credentials.load(directory, "node")));
        operator.or(
                        () ->
                                Files.exists(own.resolve("operator.crt"))
                                        ? Optional.of(own)
                                        : Optional.empty())
                .ifPresent(directory -> members.add(Credentials.load(directory, "operator")));
        if (members.isEmpty()) {
            throw new UsageException(
                    "whose credentials? Name them with --node DIR, --operator DIR or both");
        }
        return members;
    }

    private void tell(Finding finding, List<Finding> findings) {
        findings.add(finding);
        around.out().println(form == Form.text ? text(finding) : json(finding));
        around.out().flush();
    }

    private static String text(Finding finding) {
        return (finding.ok() ? "ok      " : "failed  ")
                + finding.who()
                + ": "
                + finding.what()
                + ": "
                + Escape.line(finding.detail());
    }

    private static String json(Finding finding) {
        return Escape.json(
                Json.text(
                        Fields.EMPTY
                                .with("ok", finding.ok())
                                .with("who", finding.who())
                                .with("attempt", finding.what())
                                .with("detail", finding.detail())));
    }

    private static ExternalSettings settings() {
        return new ExternalSettings("0.0.0.0:61617", BROKER, DOCUMENTS, jars());
    }

    /** Those of this program that are needed there, wherever they are. */
    private static List<String> jars() {
        return Stream.of(System.getProperty("java.class.path", "").split(":", -1))
                .filter(path -> ExternalSettings.NEEDED.stream().anyMatch(j -> named(path, j)))
                .map(BrokerExternal::real)
                .sorted()
                .toList();
    }

    private static boolean named(String path, String beginning) {
        var name = Path.of(path).getFileName();
        return name != null && name.toString().startsWith(beginning);
    }

    private static String real(String path) {
        try {
            return Path.of(path).toRealPath().toString();
        } catch (IOException e) {
            return path;
        }
    }
}
