package io.muster.node.host;

import java.io.IOException;

/** What tells one boot, and one installation, from another. */
final class BootId {
    static final String FILE = "/proc/sys/kernel/random/boot_id";
    static final String MACHINE = "/etc/machine-id";

    private BootId() {}

    /**
     * The id of this boot.
     *
     * @throws IOException if it is not told
     */
    static String read(Tree files) throws IOException {
        var id = files.read(FILE).map(String::strip).orElse("");
        if (id.isEmpty()) {
            throw new IOException(files.path(FILE) + " does not tell the id of this boot");
        }
        return id;
    }

    /** The id of this installation; empty if there is none to be had. */
    static String machine(Tree files) {
        try {
            return files.read(MACHINE).map(String::strip).orElse("");
        } catch (IOException _) {
            return "";
        }
    }
}
