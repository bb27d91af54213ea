package io.muster.node.fact;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether this is a real machine, and what it says it is; the surest evidence first. Serial numbers
 * can be read by root only, so none is required.
 */
final class VirtualFacts implements FactSource {
    private static final String DMI = "/sys/class/dmi/id/";

    /** What makers of virtual machines write into the product name or the vendor. */
    private static final Map<String, String> MARKS = marks();

    private final SystemFiles files;

    VirtualFacts(SystemFiles files) {
        this.files = files;
    }

    private static Map<String, String> marks() {
        var marks = new LinkedHashMap<String, String>();
        marks.put("VMware", "vmware");
        marks.put("VirtualBox", "virtualbox");
        marks.put("Parallels", "parallels");
        marks.put("HVM domU", "xenhvm");
        marks.put("Google", "gce");
        marks.put("OpenStack", "openstack");
        marks.put("Amazon EC2", "kvm");
        marks.put("Virtual Machine", "hyperv");
        marks.put("KVM", "kvm");
        marks.put("QEMU", "kvm");
        marks.put("oVirt", "ovirt");
        marks.put("RHEV Hypervisor", "rhev");
        marks.put("Bochs", "bochs");
        return marks;
    }

    @Override
    public String name() {
        return "virtual";
    }

    @Override
    public Freshness freshness() {
        return Freshness.of(Duration.ofMinutes(10));
    }

    @Override
    public Collected collect() {
        var facts = new FactTree();
        var virtual = virtual();
        facts.put("virtual", virtual);
        facts.put("is_virtual", !virtual.equals("physical") && !virtual.equals("xen0"));
        var dmi = facts.branch("dmi");
        dmi.putIfKnown("manufacturer", files.line(DMI + "sys_vendor"));
        var product = dmi.branch("product");
        product.putIfKnown("name", files.line(DMI + "product_name"));
        product.putIfKnown("serial_number", files.line(DMI + "product_serial"));
        product.putIfKnown("uuid", files.line(DMI + "product_uuid"));
        var bios = dmi.branch("bios");
        bios.putIfKnown("vendor", files.line(DMI + "bios_vendor"));
        bios.putIfKnown("version", files.line(DMI + "bios_version"));
        return Collected.of(facts.fields());
    }

    private String virtual() {
        return container().or(this::xen).or(this::marked).orElseGet(this::byProcessor);
    }

    private Optional<String> container() {
        var told = files.line("/run/systemd/container").replace('-', '_');
        if (!told.isEmpty()) {
            return Optional.of(told);
        }
        if (files.exists("/.dockerenv")) {
            return Optional.of("docker");
        }
        if (files.exists("/run/.containerenv")) {
            return Optional.of("podman");
        }
        var groups = files.text("/proc/1/cgroup");
        return List.of("docker", "lxc", "kubepods").stream()
                .filter(name -> groups.contains("/" + name))
                .findFirst();
    }

    private Optional<String> xen() {
        if (files.text("/proc/xen/capabilities").contains("control_d")) {
            return Optional.of("xen0");
        }
        var marked = marked();
        return files.line("/sys/hypervisor/type").equals("xen") && marked.isEmpty()
                ? Optional.of("xenu")
                : Optional.empty();
    }

    private Optional<String> marked() {
        for (var file : List.of("product_name", "sys_vendor", "bios_vendor")) {
            var text = files.line(DMI + file);
            for (var mark : MARKS.entrySet()) {
                if (text.contains(mark.getKey())) {
                    return Optional.of(mark.getValue());
                }
            }
        }
        return Optional.empty();
    }

    /** The processor's own flag says that, not which. */
    private String byProcessor() {
        var flags = SystemFiles.value(files.lines("/proc/cpuinfo"), "flags", ':').orElse("");
        return (" " + flags + " ").contains(" hypervisor ") ? "hypervisor" : "physical";
    }
}
