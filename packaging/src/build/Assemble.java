import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Assembles the distribution from what the modules built: one folder of jars, for each role the
 * list of those on its class path, and the files of src/dist. Run by the build:
 *
 * <pre>java Assemble.java PACKAGING-DIR VERSION TIMESTAMP ROLE=MODULE-DIR...</pre>
 *
 * <p>What it writes depends on its inputs alone. Jars from elsewhere stay byte for byte what their
 * makers published, but for two kinds that a class-data archive cannot hold: those with class files
 * of Java 5 are compiled again from their sources, and signed ones lose their signature and what
 * nobody here can reach.
 */
final class Assemble {

    private final Path packaging;
    private final Path image;
    private final String version;
    private final Instant timestamp;
    private final Map<String, List<Path>> roles = new TreeMap<>();
    private final Set<Path> written = new HashSet<>();

    private Assemble(Path packaging, String version, Instant timestamp) {
        this.packaging = packaging;
        this.image = packaging.resolve("target/muster");
        this.version = version;
        this.timestamp = timestamp;
    }

    public static void main(String[] args) throws IOException {
        var assemble = new Assemble(Path.of(args[0]), args[1], Instant.parse(args[2]));
        for (var argument : List.of(args).subList(3, args.length)) {
            var pair = argument.split("=", 2);
            assemble.roles.put(pair[0], assemble.classPath(Path.of(pair[1]).normalize()));
        }
        assemble.run();
    }

    private void run() throws IOException {
        for (var jar : jars().entrySet()) {
            write("lib/" + jar.getKey(), jar.getValue(), false);
        }
        for (var role : roles.entrySet()) {
            var names = role.getValue().stream().map(Assemble::name).toList();
            var list = String.join("\n", names) + "\n";
            write("lib/" + role.getKey() + ".classpath", list.getBytes(), false);
        }
        for (var folder : List.of("src/dist", "systemd")) {
            copy(packaging.resolve(folder));
        }
        removeOthers();
        var name = "muster-" + version;
        Tarball.write(packaging.resolve("target/" + name + ".tar.gz"), name, image, written);
        stamp();
    }

    /** The module's own jar, then what its pom resolved to, in that order. */
    private List<Path> classPath(Path module) throws IOException {
        var paths = new ArrayList<Path>();
        var own = "target/muster-" + module.getFileName() + "-" + version + ".jar";
        paths.add(module.resolve(own));
        for (var path : Files.readString(module.resolve("target/classpath")).strip().split(":")) {
            paths.add(Path.of(path));
        }
        return paths;
    }

    private Map<String, byte[]> jars() throws IOException {
        var jars = new TreeMap<String, byte[]>();
        var own = new ArrayList<Jar>();
        var signed = new TreeMap<String, Jar>();
        for (var path : new HashSet<>(roles.values().stream().flatMap(List::stream).toList())) {
            var jar = Jar.read(path);
            if (name(path).startsWith("muster-")) {
                own.add(jar);
                jars.put(name(path), jar.bytes(timestamp));
            } else if (jar.signed()) {
                signed.put(name(path), jar);
            } else {
                jars.put(name(path), jar.old() ? recompiled(path, jar) : Files.readAllBytes(path));
            }
        }
        var reachable = Reachable.from(own);
        for (var jar : signed.entrySet()) {
            jars.put(jar.getKey(), reachable.partOf(jar.getValue()).bytes(timestamp));
        }
        return jars;
    }

    private byte[] recompiled(Path path, Jar jar) throws IOException {
        var target = packaging.resolve("target");
        var sources = target.resolve("sources/" + name(path).replace(".jar", "-sources.jar"));
        if (!Files.exists(sources)) {
            throw new IOException(
                    name(path)
                            + ": its class files are too old for a class-data archive;"
                            + " name its sources jar in packaging/pom.xml");
        }
        return Recompiled.from(sources, jar, target.resolve("recompiled")).bytes(timestamp);
    }

    private void copy(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        var base = folder.endsWith("dist") ? folder : folder.getParent();
        for (var file : Tarball.files(folder)) {
            var bytes = Files.readAllBytes(file);
            write(base.relativize(file).toString(), bytes, Files.isExecutable(file));
        }
    }

    /**
     * Writes a file unless it is there already. Its time of modification tells its content: a JVM
     * accepts a class-data archive by the sizes and times of the jars, so two versions of a jar
     * must never have the same.
     */
    private void write(String name, byte[] bytes, boolean executable) throws IOException {
        var file = image.resolve(name);
        Files.createDirectories(file.getParent());
        if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), bytes)) {
            Files.write(file, bytes);
        }
        file.toFile().setExecutable(executable, false);
        Files.setLastModifiedTime(file, FileTime.from(Tarball.time(bytes, timestamp)));
        written.add(file);
    }

    /**
     * Removes what an earlier build left, but not the class-data archives: they prove themselves.
     */
    private void removeOthers() throws IOException {
        for (var file : Tarball.files(image)) {
            if (!written.contains(file) && !file.toString().endsWith(".jsa")) {
                Files.delete(file);
            }
        }
    }

    /** Says from which sources this was built: those that were there when Maven started. */
    private void stamp() throws IOException {
        var stamp = packaging.resolve("target/built");
        var started =
                ProcessHandle.current().parent().flatMap(maven -> maven.info().startInstant());
        Files.write(stamp, new byte[0]);
        Files.setLastModifiedTime(stamp, FileTime.from(started.orElse(timestamp)));
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }
}
