package io.muster.node.fact;

import io.muster.message.Value;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/** Disks, what is mounted where, and which file systems the kernel knows. */
final class DiskFacts implements FactSource {
    private static final String BLOCK = "/sys/block";
    private static final int SECTOR = 512;
    private static final int MOST_MOUNTS = 64;
    private static final String OWN_MOUNTS = "/proc/self/mountinfo";

    /** The sandbox of systemd's has mounts of its own, and shows those of the machine there. */
    private static final String MACHINES_MOUNTS = "/run/muster/mountinfo";

    /** Asking one of these for its size may hang for ever, or mount something. */
    private static final Set<String> REMOTE =
            Set.of(
                    "nfs",
                    "nfs4",
                    "cifs",
                    "smb3",
                    "smbfs",
                    "ceph",
                    "glusterfs",
                    "9p",
                    "afs",
                    "lustre",
                    "beegfs",
                    "gfs2",
                    "ocfs2",
                    "autofs",
                    "davfs",
                    "ncpfs",
                    "coda");

    /** These come and go with containers and packages and say nothing about the machine. */
    private static final Set<String> PASSING =
            Set.of("overlay", "squashfs", "nsfs", "autofs", "fuse.snapfuse");

    private final SystemFiles files;

    DiskFacts(SystemFiles files) {
        this.files = files;
    }

    @Override
    public String name() {
        return "disks";
    }

    @Override
    public Freshness freshness() {
        return Freshness.of(Duration.ofMinutes(1));
    }

    @Override
    public Collected collect() {
        var facts = new FactTree();
        for (var disk : files.names(BLOCK)) {
            var folder = BLOCK + "/" + disk;
            // Only real ones have a device behind them: not loop, ram, zram or the device mapper.
            if (files.exists(folder + "/device")) {
                disk(facts.branch("disks").branch(disk), folder);
            }
        }
        mounts().stream()
                .limit(MOST_MOUNTS)
                .forEach(mount -> mount(facts.branch("mountpoints").branch(mount.point()), mount));
        var systems =
                files.lines("/proc/filesystems").stream()
                        .filter(line -> !line.startsWith("nodev") && !line.isBlank())
                        .map(String::strip)
                        .sorted()
                        .toList();
        facts.putIfKnown("filesystems", String.join(",", systems));
        return Collected.of(facts.fields());
    }

    private void disk(FactTree facts, String folder) {
        files.number(folder + "/size")
                .ifPresent(
                        sectors ->
                                facts.put("size_bytes", sectors * SECTOR)
                                        .put("size", Sizes.print(sectors * SECTOR)));
        facts.putIfKnown("model", files.line(folder + "/device/model"));
        facts.putIfKnown("vendor", files.line(folder + "/device/vendor"));
        facts.putIfKnown("serial", files.line(folder + "/serial"));
        switch (files.line(folder + "/queue/rotational")) {
            case "0" -> facts.put("type", "ssd");
            case "1" -> facts.put("type", "hdd");
            default -> {}
        }
    }

    private Collection<Mount> mounts() {
        var mounts = new LinkedHashMap<String, Mount>();
        var machines = files.lines(MACHINES_MOUNTS);
        for (var line : machines.isEmpty() ? files.lines(OWN_MOUNTS) : machines) {
            Mount.parse(line)
                    .filter(DiskFacts::worthTelling)
                    .ifPresent(mount -> mounts.put(mount.point(), mount));
        }
        return mounts.values();
    }

    private static boolean worthTelling(Mount mount) {
        if (mount.point().equals("/")) {
            return true;
        }
        return (mount.device().startsWith("/")
                        || mount.filesystem().equals("tmpfs")
                        || REMOTE.contains(mount.filesystem()))
                && !PASSING.contains(mount.filesystem())
                && List.of("/proc", "/sys", "/run/user", "/run/credentials", "/var/lib/docker")
                        .stream()
                        .noneMatch(folder -> mount.point().startsWith(folder));
    }

    private void mount(FactTree facts, Mount mount) {
        facts.put("device", mount.device()).put("filesystem", mount.filesystem());
        facts.put("options", Value.texts(mount.options()));
        if (REMOTE.contains(mount.filesystem()) || mount.filesystem().startsWith("fuse")) {
            return;
        }
        var point = files.path(mount.point()).toFile();
        var size = point.getTotalSpace();
        if (size > 0) {
            var available = point.getUsableSpace();
            var used = size - point.getFreeSpace();
            facts.put("size_bytes", size).put("size", Sizes.print(size));
            facts.put("available_bytes", available).put("available", Sizes.print(available));
            facts.put("used_bytes", used).put("used", Sizes.print(used));
            facts.put("capacity", Sizes.percent(used, used + available));
        }
    }
}
