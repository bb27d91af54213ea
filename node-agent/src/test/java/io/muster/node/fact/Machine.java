package io.muster.node.fact;

import io.muster.message.Value;
import io.muster.message.Value.Fields;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The files of a Debian machine, in a directory. */
final class Machine {
    private final Path root;

    Machine(Path root) {
        this.root = root;
    }

    Machine put(String file, String content) throws IOException {
        var path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
        return this;
    }

    /** A small machine in a cloud. */
    Machine furnish() throws IOException {
        return put(
                        "etc/os-release",
                        "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n"
                                + "VERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\n")
                .put("etc/debian_version", "12.11\n")
                .put("proc/sys/kernel/ostype", "Linux\n")
                .put("proc/sys/kernel/osrelease", "6.1.0-37-cloud-amd64\n")
                .put("proc/sys/kernel/arch", "x86_64\n")
                .put(
                        "proc/meminfo",
                        "MemTotal:        2097152 kB\nMemFree:  1 kB\nMemAvailable:    1572864 kB\n"
                                + "SwapTotal:             0 kB\nSwapFree:              0 kB\n")
                .put("proc/loadavg", "0.08 0.03 1.20 1/123 4567\n")
                .put("proc/uptime", "93784.55 180000.10\n")
                .put("proc/cpuinfo", processor(0) + processor(1))
                .put("proc/self/status", "Name:\tjava\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n")
                .put("etc/passwd", "root:x:0:0:root:/root:/bin/bash\n")
                .put("etc/group", "root:x:0:\n")
                .put("proc/filesystems", "nodev\tsysfs\n\text4\n\tvfat\n")
                .put("sys/class/dmi/id/sys_vendor", "Amazon EC2\n")
                .put("sys/class/dmi/id/product_name", "t3.small\n")
                .put("sys/block/vda/device/model", "cloud disk\n")
                .put("sys/block/vda/size", "41943040\n")
                .put("sys/block/vda/queue/rotational", "0\n")
                .put("sys/block/loop0/size", "0\n")
                .put("sys/class/net/eth0/address", "02:fc:00:00:00:01\n")
                .put("sys/class/net/eth0/mtu", "9001\n")
                .put("sys/class/net/eth0/operstate", "up\n")
                .put("sys/class/net/eth1/address", "02:fc:00:00:00:02\n")
                .put("sys/class/net/lo/address", "00:00:00:00:00:00\n")
                .put(
                        "proc/net/route",
                        "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\n"
                                + "eth1\t00000000\t010200C0\t0003\t0\t0\t200\t00000000\n"
                                + "eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\n")
                .put(
                        "etc/ssh/ssh_host_ed25519_key.pub",
                        "ssh-ed25519"
                            + " AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH"
                            + " root@domu\n");
    }

    private static String processor(int number) {
        return "processor\t: "
                + number
                + "\nmodel name\t: Xeon\nphysical id\t: 0\ncore id\t: 0\nflags\t\t: fpu vme\n\n";
    }

    /** The fact with that dotted path, as text. */
    static String text(Fields facts, String path) {
        Optional<Value> found = Optional.of(facts);
        for (var name : path.split("\\.", -1)) {
            found =
                    found.flatMap(
                            value ->
                                    value instanceof Fields fields
                                            ? fields.member(name)
                                            : Optional.empty());
        }
        return found.map(Value::toString).orElse("(none)");
    }
}
