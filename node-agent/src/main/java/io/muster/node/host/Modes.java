package io.muster.node.host;

import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The modes in use for files and directories. */
public final class Modes {
    /** 0600. */
    static final Set<PosixFilePermission> PRIVATE_FILE = of("rw-------");

    /** 0700. */
    static final Set<PosixFilePermission> PRIVATE_FOLDER = of("rwx------");

    /** 0644. */
    public static final Set<PosixFilePermission> PUBLIC_FILE = of("rw-r--r--");

    /** 0750. */
    static final Set<PosixFilePermission> HOME = of("rwxr-x---");

    /** 0755. */
    static final Set<PosixFilePermission> PUBLIC_FOLDER = of("rwxr-xr-x");

    private Modes() {}

    private static Set<PosixFilePermission> of(String mode) {
        return Set.copyOf(PosixFilePermissions.fromString(mode));
    }

    /** Whether somebody besides the owner may write. */
    static boolean othersMayWrite(Set<PosixFilePermission> mode) {
        return mode.contains(PosixFilePermission.GROUP_WRITE)
                || mode.contains(PosixFilePermission.OTHERS_WRITE);
    }
}
