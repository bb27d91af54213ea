import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks or rewrites the layout of every Java file of the tree with google-java-format, in one
 * process. Run by the build: {@code java build/Format.java check|write FORMATTER.jar}.
 */
void main(String[] args) throws IOException, InterruptedException {
    var write = args[0].equals("write");
    List<String> files;
    try (var tree = Files.walk(Path.of("."))) {
        files =
                tree.filter(f -> f.toString().endsWith(".java"))
                        .map(Path::normalize)
                        .map(Path::toString)
                        .filter(f -> !f.contains("target/") && !f.startsWith("build/"))
                        .filter(f -> !f.startsWith("."))
                        .sorted()
                        .toList();
    }
    var java = ProcessHandle.current().info().command().orElse("java");
    var command = new ArrayList<>(List.of(java, "-XX:+UseSerialGC", "-jar", args[1], "--aosp"));
    command.addAll(write ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
    command.addAll(files);
    var status = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (status != 0) {
        System.err.println("The files above are not laid out as agreed: run `make fmt`.");
    }
    System.exit(status);
}
