package io.muster.node.fact;

import static io.muster.node.fact.Machine.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Value.Fields;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

class SystemFactsTest {
    @TempDir private Path root;

    private Fields facts() {
        return new FactCache(SystemFacts.sources(root), InstantSource.system()).current();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    os.name                   | Debian
                    os.family                 | Debian
                    os.architecture           | amd64
                    os.hardware               | x86_64
                    os.release.full           | 12.11
                    os.release.major          | 12
                    os.release.minor          | 11
                    os.distro.codename        | bookworm
                    osfamily                  | Debian
                    operatingsystemrelease    | 12.11
                    lsbdistcodename           | bookworm
                    kernel                    | Linux
                    kernelrelease             | 6.1.0-37-cloud-amd64
                    kernelversion             | 6.1.0
                    kernelmajversion          | 6.1
                    memory.system.total       | 2.00 GiB
                    memory.system.total_bytes | 2147483648
                    memory.system.available   | 1.50 GiB
                    memory.system.capacity    | 25.00%
                    memory.swap.total         | (none)
                    memorysize                | 2.00 GiB
                    memorysize_mb             | 2048.00
                    load_averages.15m         | 1.20
                    system_uptime.seconds     | 93784
                    system_uptime.uptime      | 1 day
                    uptime_hours              | 26
                    processors.count          | 2
                    processors.physicalcount  | 1
                    processors.cores          | 1
                    processors.threads        | 2
                    processors.models         | ["Xeon","Xeon"]
                    processorcount            | 2
                    disks.vda.size            | 20.00 GiB
                    disks.vda.type            | ssd
                    disks.loop0               | (none)
                    blockdevices              | vda
                    filesystems               | ext4,vfat
                    virtual                   | kvm
                    is_virtual                | true
                    dmi.product.name          | t3.small
                    manufacturer              | Amazon EC2
                    identity.user             | root
                    identity.privileged       | true
                    id                        | root
                    ssh.ed25519.type          | ssh-ed25519
                    networking.primary        | eth0
                    networking.mac            | 02:fc:00:00:00:01
                    networking.mtu            | 9001
                    macaddress_eth1           | 02:fc:00:00:00:02
                    interfaces                | eth0,eth1,lo
                    timezone                  | UTC
                    fips_enabled              | false
                    """)
    void debianMachineIsToldAsFacterWould(String path, String value) throws IOException {
        new Machine(root).furnish();

        assertThat(text(facts(), path)).isEqualTo(value);
    }

    @Test
    void fingerprintOfTheHostKeyIsAnSshfpRecord() throws IOException {
        new Machine(root).furnish();

        assertThat(text(facts(), "ssh.ed25519.fingerprints.sha256"))
                .matches("SSHFP 4 2 [0-9a-f]{64}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ID=ubuntu ID_LIKE=debian VERSION_ID="22.04"       | Ubuntu | Debian | 22.04 | 22.04
                    ID="rocky" ID_LIKE="rhel centos" VERSION_ID="9.3" | Rocky  | RedHat | 9     | 9.3
                    ID=pop ID_LIKE="ubuntu debian" VERSION_ID=22.04   | pop    | Debian | 22    | 22.04
                    ID=void                                           | void   | Linux  | (none)| (none)
                    """)
    void otherDistributionsHaveTheirFamily(
            String release, String name, String family, String major, String full)
            throws IOException {
        var lines = release.replaceAll(" (?=[A-Z_]+=)", "\n");
        new Machine(root).put("etc/os-release", lines);

        assertThat(text(facts(), "os.name")).isEqualTo(name);
        assertThat(text(facts(), "os.family")).isEqualTo(family);
        assertThat(text(facts(), "os.release.major")).isEqualTo(major);
        assertThat(text(facts(), "os.release.full")).isEqualTo(full);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    run/systemd/container          | systemd-nspawn     | systemd_nspawn
                    .dockerenv                     | ''                 | docker
                    run/.containerenv              | ''                 | podman
                    proc/1/cgroup                  | 1:name:/lxc/web    | lxc
                    sys/class/dmi/id/product_name  | VMware Virtual     | vmware
                    sys/hypervisor/type            | xen                | xenu
                    proc/xen/capabilities          | control_d          | xen0
                    proc/cpuinfo                   | flags : a hypervisor b | hypervisor
                    proc/cpuinfo                   | flags : a b        | physical
                    """)
    void kindOfMachineIsFoundByItsMarks(String file, String content, String virtual)
            throws IOException {
        new Machine(root).put(file, content + "\n");

        assertThat(text(facts(), "virtual")).isEqualTo(virtual);
        assertThat(text(facts(), "is_virtual"))
                .isEqualTo(Boolean.toString(!virtual.matches("physical|xen0")));
    }

    @Test
    void emptyMachineHasFewFactsAndNoFailure() {
        assertThat(text(facts(), "os.family")).isEqualTo("Linux");
        assertThat(new FactCache(SystemFacts.sources(root), InstantSource.system()).problems())
                .isEmpty();
    }

    @Test
    void mountsAreToldWithTheirSizesButPassingOnesAreNot() throws IOException {
        new Machine(root)
                .put(
                        "proc/self/mountinfo",
                        """
                        22 27 0:21 / /proc rw - proc proc rw
                        27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
                        30 27 254:1 / /srv/my\\040data rw - xfs /dev/vdb rw
                        31 27 0:40 / /mnt/home rw - nfs4 nas:/home rw
                        32 27 0:41 / /var/lib/docker/overlay2/x rw - overlay overlay rw
                        33 27 0:42 / /dev/shm rw,nosuid - tmpfs tmpfs rw
                        nonsense
                        """);
        Files.createDirectories(root.resolve("srv/my data"));

        var mounts = (Fields) facts().member("mountpoints").orElseThrow();

        assertThat(mounts.members()).containsOnlyKeys("/", "/srv/my data", "/mnt/home", "/dev/shm");
        assertThat(text(mounts, "/.size_bytes")).matches("[1-9][0-9]+");
        assertThat(text(mounts, "/srv/my data.size")).endsWith("iB");
        assertThat(text(mounts, "/mnt/home.size_bytes")).isEqualTo("(none)");
        assertThat(text(mounts, "/mnt/home.device")).isEqualTo("nas:/home");
    }

    @Test
    void addressesAreBoundToInterfacesAndTheGlobalOneComesFirst() throws IOException {
        new Machine(root).furnish();
        var link = new Binding(true, "fe80::1", "ffff::", "fe80::", "link");
        var global = new Binding(true, "fd00::2", "ffff::", "fd00::", "global");
        var four = new Binding(false, "192.0.2.2", "255.255.255.0", "192.0.2.0", "global");

        var facts =
                new NetworkFacts(new SystemFiles(root))
                        .facts(Map.of("eth0", List.of(link, global, four)));

        assertThat(text(facts, "networking.ip")).isEqualTo("192.0.2.2");
        assertThat(text(facts, "networking.ip6")).isEqualTo("fd00::2");
        assertThat(text(facts, "networking.interfaces.eth0.bindings6")).contains("fe80::1");
        assertThat(text(facts, "networking.interfaces.eth1.mac")).isEqualTo("02:fc:00:00:00:02");
    }

    @Test
    void thisMachineHasAnAddressOfItsOwn() {
        var facts = new FactCache(SystemFacts.sources(), InstantSource.system()).current();

        assertThat(text(facts, "networking.interfaces.lo.ip")).isEqualTo("127.0.0.1");
        assertThat(text(facts, "memory.system.total_bytes")).matches("[1-9][0-9]{6,}");
        assertThat(text(facts, "kernel")).isEqualTo("Linux");
    }

    @Property(tries = 40)
    void whateverTheFilesHoldIsNoFailure(
            @ForAll String content, @ForAll @IntRange(min = 0, max = 14) int which)
            throws IOException {
        var files =
                List.of(
                        "etc/os-release",
                        "etc/debian_version",
                        "proc/meminfo",
                        "proc/loadavg",
                        "proc/uptime",
                        "proc/cpuinfo",
                        "proc/self/status",
                        "proc/self/mountinfo",
                        "proc/net/route",
                        "etc/ssh/ssh_host_rsa_key.pub",
                        "etc/localtime",
                        "proc/sys/kernel/osrelease",
                        "sys/block/vda/size",
                        "etc/passwd",
                        "sys/class/net/eth0/mtu");
        var root = Files.createTempDirectory("facts");
        try {
            new Machine(root).furnish().put(files.get(which), content);
            var cache = new FactCache(SystemFacts.sources(root), InstantSource.system());
            cache.current();

            assertThat(cache.problems()).isEmpty();
        } finally {
            remove(root);
        }
    }

    private static void remove(Path root) throws IOException {
        try (var files = Files.walk(root)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
