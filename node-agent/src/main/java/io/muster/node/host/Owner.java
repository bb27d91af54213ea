package io.muster.node.host;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;

/** Whose a file is, by number: names may not be known to this process yet. */
public record Owner(long uid, long gid) {

    /** The owner of an existing file. */
    static Owner of(Path file) throws IOException {
        return new Owner(number(file, "unix:uid"), number(file, "unix:gid"));
    }

    /** Whom this process runs as. */
    static Owner ofThisProcess() throws IOException {
        var process = Path.of("/proc", Long.toString(ProcessHandle.current().pid()));
        return of(Files.exists(process) ? process : Path.of(System.getProperty("user.home", "/")));
    }

    UserPrincipal user(FileSystem system) throws IOException {
        return system.getUserPrincipalLookupService().lookupPrincipalByName(Long.toString(uid));
    }

    GroupPrincipal group(FileSystem system) throws IOException {
        return system.getUserPrincipalLookupService()
                .lookupPrincipalByGroupName(Long.toString(gid));
    }

    private static long number(Path file, String attribute) throws IOException {
        var value = (Integer) Files.getAttribute(file, attribute, LinkOption.NOFOLLOW_LINKS);
        return Integer.toUnsignedLong(value);
    }
}
