package io.muster.node.fact;

import java.time.Duration;

/** Whom this node agent runs as, and in which time zone the machine is. */
final class IdentityFacts implements FactSource {
    private final SystemFiles files;

    IdentityFacts(SystemFiles files) {
        this.files = files;
    }

    @Override
    public String name() {
        return "identity";
    }

    @Override
    public Freshness freshness() {
        return Freshness.of(Duration.ofMinutes(10));
    }

    @Override
    public Collected collect() {
        var facts = new FactTree();
        var identity = facts.branch("identity");
        var status = files.lines("/proc/self/status");
        var uid = id(SystemFiles.value(status, "Uid", ':').orElse(""));
        var gid = id(SystemFiles.value(status, "Gid", ':').orElse(""));
        if (uid >= 0 && gid >= 0) {
            identity.put("uid", uid).put("gid", gid).put("privileged", uid == 0);
            identity.putIfKnown("user", name("/etc/passwd", uid));
            identity.putIfKnown("group", name("/etc/group", gid));
        }
        facts.putIfKnown("timezone", TimeZones.abbreviation(files.bytes("/etc/localtime")));
        return Collected.of(facts.fields());
    }

    /** The effective one of the four. */
    private static long id(String numbers) {
        var words = numbers.split("\\s+", -1);
        return words.length < 2 ? -1 : SystemFiles.number(words[1], 10).orElse(-1);
    }

    private String name(String file, long id) {
        for (var line : files.lines(file)) {
            var parts = line.split(":", -1);
            if (parts.length > 2 && parts[2].equals(Long.toString(id))) {
                return parts[0];
            }
        }
        return "";
    }
}
