package io.muster.hub.cli;

import io.muster.config.IoReason;
import io.muster.message.MalformedException;
import io.muster.policy.Policy;
import io.muster.security.Attributes;
import io.muster.trust.PolicyBundle.Part;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code muster policy push FILE}: signs the next policy bundle, which the hub hands out. */
@Command(
        name = "push",
        description = {
            "Sign the next policy bundle; needs the issuer of operators. The hub hands it out",
            "within seconds, and to nodes that were away when they come back. A node goes by it",
            "instead of its own file, of which only what it forbids counts on; and never goes back",
            "to an older one."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster policy push policy.json",
            "  muster policy push policy.json --for site=ams:ams.json   other rules in Amsterdam",
            "  muster policy status                                     which nodes have it"
        })
final class PolicyPush implements Callable<Integer> {
    private final Surroundings around;

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "For all other nodes.")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--for",
            paramLabel = "NAME=VALUE:FILE",
            description = {
                "For nodes of which that is attested; may be given again, and the",
                "first that fits a node is that node's."
            })
    private List<String> others = new ArrayList<>();

    @Mixin private AuthorityOptions authority = new AuthorityOptions();
    @Mixin private Unlocking unlocking = new Unlocking();

    PolicyPush(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        var parts = new ArrayList<Part>();
        others.forEach(text -> parts.add(part(text)));
        file.ifPresent(path -> parts.add(new Part(Map.of(), read(path))));
        if (parts.isEmpty()) {
            throw new UsageException("which policy? name a FILE");
        }
        var online = authority.open(around);
        var bundle =
                Ending.operators(around, authority, unlocking)
                        .publish(CaPublish.register(online, around), parts);
        around.out()
                .println(
                        "policy bundle "
                                + bundle.number()
                                + ": "
                                + (parts.size() == 1 ? "1 policy" : parts.size() + " policies"));
        return 0;
    }

    private static Part part(String text) {
        var colon = text.lastIndexOf(':');
        if (colon < 1) {
            throw new UsageException("--for " + text + ": is not NAME=VALUE:FILE");
        }
        try {
            var attributes = Attributes.parse(text.substring(0, colon));
            return new Part(attributes.values(), read(Path.of(text.substring(colon + 1))));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--for " + text + ": " + e.getMessage());
        }
    }

    /** Nobody signs what no node could use. */
    private static String read(Path path) {
        try {
            var text = Files.readString(path);
            var _ = Policy.parse(text);
            return text;
        } catch (IOException e) {
            throw new UsageException(path + " cannot be read: " + IoReason.of(e));
        } catch (MalformedException e) {
            throw new UsageException(path + ": " + e.problem());
        }
    }
}
