package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** A secret that nobody has ever seen, and the looking for it. */
record Canary(String text) {
    /** Folders of the machine that any program may write to. */
    private static final List<Path> OPEN =
            List.of(Path.of("/tmp"), Path.of("/var/tmp"), Path.of("/dev/shm"));

    private static final int DEPTH = 3;
    private static final long LARGE = 16L << 20;

    static Canary hatched() {
        var random = new byte[16];
        new SecureRandom().nextBytes(random);
        return new Canary("canary-" + HexFormat.of().formatHex(random));
    }

    /** As it is, and as it would stand within something in base64 or hexadecimal. */
    List<String> forms() {
        var forms = new ArrayList<>(List.of(text));
        forms.add(HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)));
        for (int shift = 0; shift < 3; shift++) {
            var shifted = ("x".repeat(shift) + text).getBytes(StandardCharsets.UTF_8);
            var coded = Base64.getEncoder().encodeToString(shifted);
            forms.add(coded.substring(4, coded.length() - 4));
        }
        return forms;
    }

    /** Whether it is somewhere in that, in whatever form. */
    boolean isIn(String said) {
        return forms().stream().anyMatch(said::contains);
    }

    /** Whether it is in that file; what has gone in the meantime holds nothing. */
    boolean isIn(Path file) {
        return isIn(told(file));
    }

    /** What a file holds, a character for each byte; nothing if it is gone, or another's. */
    static String told(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException _) {
            return "";
        }
    }

    /**
     * No file below that folder holds it.
     *
     * @param except where it belongs
     */
    void notBelow(Path folder, Set<Path> except) throws IOException {
        Files.walkFileTree(folder, new Search(Instant.EPOCH, Long.MAX_VALUE, except));
    }

    /**
     * Nor does a file that has been written since then where everybody may write.
     *
     * @param except what is looked through otherwise
     */
    void notInTheOpen(Instant since, Set<Path> except) throws IOException {
        for (var open : OPEN) {
            Files.walkFileTree(open, Set.of(), DEPTH, new Search(since, LARGE, except));
        }
    }

    /** Goes through files that come and go, and of which some are others'. */
    private final class Search extends SimpleFileVisitor<Path> {
        private final Instant since;
        private final long most;
        private final Set<Path> except;

        Search(Instant since, long most, Set<Path> except) {
            this.since = since;
            this.most = most;
            this.except = except;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return except.contains(folder)
                    ? FileVisitResult.SKIP_SUBTREE
                    : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile()
                    && attributes.size() <= most
                    && !attributes.lastModifiedTime().toInstant().isBefore(since)
                    && !except.contains(file)) {
                assertThat(isIn(file)).as("" + file).isFalse();
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, IOException e) {
            return FileVisitResult.CONTINUE;
        }
    }
}
