package io.muster.node;

import io.muster.testing.Needed;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** Lets a test run what only root may. */
public final class AsRoot {
    private static final List<String> SUDO = List.of("/usr/bin/sudo", "-n");

    private AsRoot() {}

    /**
     * The command as root can be given it: by sudo, unless this process is root's. Where there is
     * neither, the test is skipped, and in CI it fails.
     *
     * @param words the program's absolute path, then its arguments
     */
    public static List<String> command(List<String> words) {
        if (System.getProperty("user.name").equals("root")) {
            return words;
        }
        Needed.that(sudo(), "root, or sudo that asks for no password");
        return Stream.concat(SUDO.stream(), words.stream()).toList();
    }

    private static boolean sudo() {
        try {
            var words = Stream.concat(SUDO.stream(), Stream.of("/bin/true")).toList();
            return new ProcessBuilder(words).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
