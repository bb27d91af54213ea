import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

import javax.tools.ToolProvider;

/** Compiles a library's published sources with the release that the product runs on. */
final class Recompiled {

    private Recompiled() {}

    /**
     * @param jar what the library's makers published: it gives everything that is not a class
     * @param work a folder that keeps the classes for the next build
     */
    static Jar from(Path sources, Jar jar, Path work) throws IOException {
        var name = sources.getFileName().toString().replace("-sources.jar", "");
        var classes = work.resolve(name);
        if (!Files.isDirectory(classes)) {
            var half = work.resolve(name + ".tmp");
            compile(unpack(sources, work.resolve(name + ".java")), half);
            Files.move(half, classes);
        }
        var files = new TreeMap<>(jar.files());
        files.keySet().removeIf(file -> file.endsWith(".class"));
        for (var file : Tarball.files(classes)) {
            files.put(classes.relativize(file).toString(), Files.readAllBytes(file));
        }
        return jar.with(files);
    }

    private static List<Path> unpack(Path sources, Path folder) throws IOException {
        var unpacked = new ArrayList<Path>();
        for (var file : Jar.read(sources).files().entrySet()) {
            var path = folder.resolve(file.getKey()).normalize();
            if (!path.startsWith(folder)) {
                throw new IOException(sources + ": " + file.getKey() + " leads out of the jar");
            }
            if (file.getKey().endsWith(".java")) {
                Files.createDirectories(path.getParent());
                unpacked.add(Files.write(path, file.getValue()));
            }
        }
        return unpacked;
    }

    private static void compile(List<Path> sources, Path classes) throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var release = String.valueOf(Runtime.version().feature());
            var options =
                    List.of(
                            "--release",
                            release,
                            "-proc:none",
                            "-nowarn",
                            "-Xlint:none",
                            "-g:lines");
            var all = new ArrayList<>(options);
            all.addAll(List.of("-encoding", "UTF-8", "-d", classes.toString()));
            var units = files.getJavaFileObjectsFromPaths(sources);
            if (!compiler.getTask(null, files, _ -> {}, all, null, units).call()) {
                throw new IOException("cannot compile " + sources.getFirst().getParent());
            }
        }
    }
}
