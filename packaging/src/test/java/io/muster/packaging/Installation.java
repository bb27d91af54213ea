package io.muster.packaging;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

/** A copy of the distribution whose programs only tell how they were started. */
final class Installation {

    private static final Path BUILT = Path.of("target/muster").toAbsolutePath();

    private final Path home;
    private final Path work;

    private Installation(Path home, Path work) {
        this.home = home;
        this.work = work;
    }

    /** Copies the distribution to {@code home}; its programs say {@code greeting}. */
    static Installation at(Path home, Path work, String greeting) throws IOException {
        var installation = new Installation(home, work);
        copy(BUILT, home);
        for (var role : Role.values()) {
            Files.deleteIfExists(installation.archive(role));
            installation.replaceProgram(role, greeting);
            var list = installation.list(role);
            var own = installation.program(role).getFileName() + "\n";
            Files.writeString(list, own + Files.readString(list));
        }
        return installation;
    }

    /** A copy as {@code cp -a} would make it. */
    Installation copiedTo(Path place) throws IOException {
        copy(home, place);
        return new Installation(place, work);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var tree = Files.walk(from)) {
            for (var file : tree.toList()) {
                var copy = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    Path home() {
        return home;
    }

    Path launcher() {
        return home.resolve("bin/muster");
    }

    Path archive(Role role) {
        return home.resolve("lib/" + role.id() + ".jsa");
    }

    /** The file with the names of the jars on the role's class path. */
    Path list(Role role) {
        return home.resolve("lib/" + role.id() + ".classpath");
    }

    private Path program(Role role) {
        return home.resolve("lib/program-" + role.id() + ".jar");
    }

    /** What the role's class path holds, as file names. */
    List<String> classPath(Role role) throws IOException {
        return Files.readAllLines(list(role));
    }

    /** Puts another program in the place of the role's. */
    void replaceProgram(Role role, String greeting) throws IOException {
        var source = work.resolve(role.mainClass() + ".java");
        Files.writeString(source, role.program(greeting));
        var classes = work.resolve("classes");
        var compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler.run(null, null, null, "-d", classes.toString(), source.toString()) != 0) {
            throw new IOException("cannot compile " + source);
        }
        Files.deleteIfExists(program(role));
        try (var jar = new JarOutputStream(Files.newOutputStream(program(role)))) {
            jar.putNextEntry(new JarEntry(role.mainFile()));
            jar.write(Files.readAllBytes(classes.resolve(role.mainFile())));
        }
    }

    /** Makes the class-data archives, as the build does. */
    Started train() throws IOException, InterruptedException {
        return start(Map.of(), "sh", "src/build/train.sh", home.toString());
    }

    Started muster(String... words) throws IOException, InterruptedException {
        return start(Map.of(), launcher(), words);
    }

    Started start(Map<String, String> environment, Path program, String... words)
            throws IOException, InterruptedException {
        var command = Stream.concat(Stream.of(program.toString()), Stream.of(words));
        return start(environment, command.toArray(String[]::new));
    }

    private Started start(Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        var out = Files.createTempFile(work, "out", "");
        var err = Files.createTempFile(work, "err", "");
        var builder = new ProcessBuilder(command);
        builder.environment().remove("MUSTER_JAVA");
        builder.environment().putAll(environment);
        builder.redirectOutput(out.toFile()).redirectError(err.toFile());
        var process = builder.start();
        process.getOutputStream().close();
        var status = process.waitFor();
        return new Started(
                process.pid(),
                status,
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }

    /** How a program ended and what it wrote. */
    record Started(long pid, int status, String out, String err) {

        /** The first line of its output: which program it was. */
        String program() {
            return out.lines().findFirst().orElse("");
        }

        /** The words it was started with, each in angle brackets. */
        List<String> words() {
            return out.lines().skip(2).toList();
        }
    }
}
