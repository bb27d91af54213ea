import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.zip.GZIPOutputStream;

/** Writes a tar file (POSIX.1-1988, "ustar"), the same bytes for the same files. */
final class Tarball {

    private static final int BLOCK = 512;
    private static final int YEAR = 365 * 24 * 3600;

    private Tarball() {}

    /** The files below a folder, sorted. */
    static List<Path> files(Path folder) throws IOException {
        try (var tree = Files.walk(folder)) {
            return tree.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /** A second in the year before {@code latest}, chosen by the content. */
    static Instant time(byte[] content, Instant latest) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(content);
            return latest.minusSeconds(Math.floorMod(ByteBuffer.wrap(digest).getInt(), YEAR));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Everything is owned by root, and folders have the time of the newest file. */
    static void write(Path tar, String root, Path folder, Collection<Path> files)
            throws IOException {
        var folders = new TreeSet<Path>();
        for (var file : files) {
            for (var up = file.getParent(); up.startsWith(folder); up = up.getParent()) {
                folders.add(up);
            }
        }
        var name =
                (java.util.function.Function<Path, String>) p -> root + "/" + folder.relativize(p);
        try (var out = new GZIPOutputStream(Files.newOutputStream(tar))) {
            for (var path : folders) {
                entry(out, name.apply(path).replaceFirst("/?$", "/"), 0755, 0, newest(files), '5');
            }
            for (var path : new TreeSet<>(files)) {
                var bytes = Files.readAllBytes(path);
                var mode = Files.isExecutable(path) ? 0755 : 0644;
                var time = Files.getLastModifiedTime(path).toInstant().getEpochSecond();
                entry(out, name.apply(path), mode, bytes.length, time, '0');
                out.write(bytes);
                out.write(new byte[Math.floorMod(-bytes.length, BLOCK)]);
            }
            out.write(new byte[2 * BLOCK]);
        }
    }

    private static long newest(Collection<Path> files) throws IOException {
        var newest = 0L;
        for (var file : files) {
            newest = Math.max(newest, Files.getLastModifiedTime(file).toInstant().getEpochSecond());
        }
        return newest;
    }

    private static void entry(
            OutputStream out, String name, int mode, int size, long time, char type)
            throws IOException {
        var block = ByteBuffer.allocate(BLOCK);
        put(block, 0, name);
        put(block, 100, "%07o".formatted(mode));
        put(block, 108, "%07o".formatted(0));
        put(block, 116, "%07o".formatted(0));
        put(block, 124, "%011o".formatted(size));
        put(block, 136, "%011o".formatted(time));
        put(block, 148, " ".repeat(8));
        put(block, 156, String.valueOf(type));
        put(block, 257, "ustar\0" + "00");
        put(block, 265, "root");
        put(block, 297, "root");
        var sum = 0;
        for (var octet : block.array()) {
            sum += octet & 0xff;
        }
        put(block, 148, "%06o\0".formatted(sum));
        out.write(block.array());
    }

    private static void put(ByteBuffer block, int at, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        if (at == 0 && bytes.length > 100) {
            throw new IllegalArgumentException("name too long for a tar file: " + text);
        }
        block.put(at, bytes);
    }
}
