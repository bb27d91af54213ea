import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * The files of a jar by name, as this release of Java would see them: where a multi-release jar
 * holds several versions of a file, the one in force.
 *
 * @param title what the manifest calls it, in the attributes that a running program may ask for
 * @param signed whether it carries a signature
 */
record Jar(Map<String, byte[]> files, Map<String, String> title, boolean signed) {

    private static final List<String> TITLE =
            List.of("Automatic-Module-Name", "Implementation-Title", "Implementation-Version");

    /** Class-data archives hold class files from this major version on. */
    private static final int OLDEST_ARCHIVED = 50;

    static Jar read(Path path) throws IOException {
        var files = new TreeMap<String, byte[]>();
        try (var jar =
                new JarFile(path.toFile(), false, ZipFile.OPEN_READ, JarFile.runtimeVersion())) {
            var signed = jar.stream().anyMatch(entry -> signature(entry.getName()));
            jar.versionedStream()
                    .filter(entry -> !entry.isDirectory() && !signature(entry.getName()))
                    .filter(entry -> !entry.getName().startsWith("META-INF/versions/"))
                    .filter(entry -> !entry.getName().equals(JarFile.MANIFEST_NAME))
                    .forEach(entry -> files.put(entry.getName(), bytes(jar, entry)));
            return new Jar(files, title(jar.getManifest()), signed);
        }
    }

    /** Leaves out, among others, which Java Maven ran on. */
    private static Map<String, String> title(Manifest manifest) {
        var title = new TreeMap<String, String>();
        for (var name : TITLE) {
            var value = manifest == null ? null : manifest.getMainAttributes().getValue(name);
            if (value != null) {
                title.put(name, value);
            }
        }
        return title;
    }

    Jar with(Map<String, byte[]> others) {
        return new Jar(others, title, false);
    }

    /** Whether it holds a class file that a class-data archive cannot hold. */
    boolean old() {
        return files.entrySet().stream()
                .filter(file -> file.getKey().endsWith(".class"))
                .anyMatch(file -> ByteBuffer.wrap(file.getValue()).getShort(6) < OLDEST_ARCHIVED);
    }

    /** The same bytes for the same files, whenever and wherever. */
    byte[] bytes(Instant timestamp) throws IOException {
        var time = LocalDateTime.ofInstant(timestamp, ZoneOffset.UTC);
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            zip.setLevel(Deflater.BEST_COMPRESSION);
            put(zip, JarFile.MANIFEST_NAME, time, manifest());
            for (var file : files.entrySet()) {
                put(zip, file.getKey(), time, file.getValue());
            }
        }
        return bytes.toByteArray();
    }

    private byte[] manifest() throws IOException {
        var manifest = new Manifest();
        manifest.getMainAttributes().putValue("Manifest-Version", "1.0");
        title.forEach(manifest.getMainAttributes()::putValue);
        var bytes = new ByteArrayOutputStream();
        manifest.write(bytes);
        return bytes.toByteArray();
    }

    private static void put(ZipOutputStream zip, String name, LocalDateTime time, byte[] bytes)
            throws IOException {
        var entry = new ZipEntry(name);
        entry.setTimeLocal(time);
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }

    private static boolean signature(String name) {
        return name.matches("META-INF/[^/]*\\.(SF|RSA|DSA|EC)");
    }

    private static byte[] bytes(JarFile jar, JarEntry entry) {
        try (var in = jar.getInputStream(entry)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
