package io.muster.node.fact;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The operating system and its kernel, under the names facter gives them. */
final class OsFacts implements FactSource {
    private static final Pattern QUOTES = Pattern.compile("^[\"']|[\"']$");
    private static final Pattern TWO_NUMBERS = Pattern.compile("(\\d+\\.\\d+).*");

    private static final Map<String, String> NAMES =
            Map.ofEntries(
                    Map.entry("debian", "Debian"),
                    Map.entry("raspbian", "Debian"),
                    Map.entry("ubuntu", "Ubuntu"),
                    Map.entry("linuxmint", "Linuxmint"),
                    Map.entry("rhel", "RedHat"),
                    Map.entry("centos", "CentOS"),
                    Map.entry("rocky", "Rocky"),
                    Map.entry("almalinux", "AlmaLinux"),
                    Map.entry("fedora", "Fedora"),
                    Map.entry("ol", "OracleLinux"),
                    Map.entry("amzn", "Amazon"),
                    Map.entry("sles", "SLES"),
                    Map.entry("opensuse-leap", "OpenSuSE"),
                    Map.entry("alpine", "Alpine"),
                    Map.entry("arch", "Archlinux"),
                    Map.entry("gentoo", "Gentoo"));

    private static final Map<String, String> FAMILIES =
            Map.of(
                    "debian", "Debian",
                    "ubuntu", "Debian",
                    "rhel", "RedHat",
                    "fedora", "RedHat",
                    "centos", "RedHat",
                    "suse", "Suse",
                    "sles", "Suse",
                    "alpine", "Alpine",
                    "arch", "Archlinux",
                    "gentoo", "Gentoo");

    private final SystemFiles files;

    OsFacts(SystemFiles files) {
        this.files = files;
    }

    @Override
    public String name() {
        return "os";
    }

    @Override
    public Freshness freshness() {
        return Freshness.of(Duration.ofMinutes(10));
    }

    @Override
    public Collected collect() {
        var facts = new FactTree();
        var release = files.lines("/etc/os-release");
        var id = field(release, "ID").orElse("linux");
        var family = family(id, field(release, "ID_LIKE").orElse(""));
        var hardware = hardware();
        var os = facts.branch("os");
        os.put("name", NAMES.getOrDefault(id, id)).put("family", family);
        os.put("hardware", hardware).put("architecture", architecture(family, hardware));
        os.branch("selinux").put("enabled", files.exists("/sys/fs/selinux/enforce"));
        release(os.branch("release"), id, release);
        var distro = os.branch("distro");
        distro.put("id", NAMES.getOrDefault(id, id))
                .put("codename", field(release, "VERSION_CODENAME"))
                .put("description", field(release, "PRETTY_NAME"));
        release(distro.branch("release"), id, release);
        kernel(facts);
        facts.put("fips_enabled", files.line("/proc/sys/crypto/fips_enabled").equals("1"));
        return Collected.of(facts.fields());
    }

    private void kernel(FactTree facts) {
        var kernel = files.line("/proc/sys/kernel/osrelease");
        var dash = kernel.indexOf('-');
        facts.putIfKnown("kernel", files.line("/proc/sys/kernel/ostype"))
                .putIfKnown("kernelrelease", kernel)
                .putIfKnown("kernelversion", dash < 0 ? kernel : kernel.substring(0, dash));
        var major = TWO_NUMBERS.matcher(kernel);
        if (major.matches()) {
            facts.put("kernelmajversion", major.group(1));
        }
    }

    /** Debian's point release stands in a file of its own; Ubuntu's major release is both parts. */
    private void release(FactTree facts, String id, List<String> release) {
        var full =
                id.equals("debian")
                        ? files.line("/etc/debian_version")
                        : field(release, "VERSION_ID").orElse("");
        var parts = full.split("\\.", 3);
        facts.putIfKnown("full", full);
        facts.putIfKnown("major", id.equals("ubuntu") ? full : parts[0]);
        if (parts.length > 1 && !id.equals("ubuntu")) {
            facts.putIfKnown("minor", parts[1]);
        }
    }

    private String hardware() {
        var told = files.line("/proc/sys/kernel/arch");
        if (!told.isEmpty()) {
            return told;
        }
        var java = System.getProperty("os.arch", "unknown");
        return java.equals("amd64") ? "x86_64" : java;
    }

    private static String architecture(String family, String hardware) {
        return family.equals("Debian") && hardware.equals("x86_64") ? "amd64" : hardware;
    }

    private static String family(String id, String like) {
        var own = FAMILIES.get(id);
        if (own != null) {
            return own;
        }
        for (var other : like.split(" ", -1)) {
            var family = FAMILIES.get(other);
            if (family != null) {
                return family;
            }
        }
        return "Linux";
    }

    private static Optional<String> field(List<String> release, String key) {
        return SystemFiles.value(release, key, '=')
                .map(text -> QUOTES.matcher(text).replaceAll(""));
    }
}
