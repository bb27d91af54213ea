package io.muster.node.fact;

import io.muster.message.Bytes;
import io.muster.message.MalformedException;

import java.time.Duration;
import java.util.List;

/** The public keys by which this host is known to ssh clients, with their SSHFP digests. */
final class SshFacts implements FactSource {

    /** A kind of key; {@code number} is the one SSHFP records have for it. */
    private record Kind(String name, int number) {}

    private static final List<Kind> KINDS =
            List.of(new Kind("rsa", 1), new Kind("ecdsa", 3), new Kind("ed25519", 4));

    private final SystemFiles files;

    SshFacts(SystemFiles files) {
        this.files = files;
    }

    @Override
    public String name() {
        return "ssh";
    }

    @Override
    public Freshness freshness() {
        return Freshness.of(Duration.ofMinutes(5));
    }

    @Override
    public Collected collect() {
        var facts = new FactTree();
        for (var kind : KINDS) {
            var words = files.line("/etc/ssh/ssh_host_" + kind.name + "_key.pub").split(" ", -1);
            if (words.length > 1) {
                describe(facts.branch("ssh").branch(kind.name), kind, words[0], words[1]);
            }
        }
        return Collected.of(facts.fields());
    }

    private static void describe(FactTree facts, Kind kind, String type, String key) {
        facts.put("type", type).put("key", key);
        try {
            var digest = Bytes.base64(key).sha256().hex();
            facts.branch("fingerprints").put("sha256", "SSHFP " + kind.number + " 2 " + digest);
        } catch (MalformedException _) {
            facts.put("key", "not base64");
        }
    }
}
