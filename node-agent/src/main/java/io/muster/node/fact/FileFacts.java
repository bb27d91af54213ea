package io.muster.node.fact;

import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.Value.Fields;
import io.muster.node.host.TrustedFolder;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;

/**
 * Facts that an administrator wrote down: {@code *.json}, and {@code *.txt} with lines of {@code
 * name=value}, in a directory such as {@code /etc/muster/facts.d}. Taken in order of their names;
 * later ones are merged over earlier ones.
 */
public final class FileFacts implements FactSource {
    /** The longest file that is read, in bytes. */
    static final int MAX = 64 * 1024;

    private final TrustedFolder folder;

    /** The facts in that directory; it need not exist. */
    public FileFacts(Path folder) {
        this.folder = new TrustedFolder(folder);
    }

    @Override
    public String name() {
        return "facts.d";
    }

    @Override
    public Freshness freshness() {
        return Freshness.of(Duration.ofSeconds(10));
    }

    @Override
    public Collected collect() {
        var listing = folder.list();
        var problems = new ArrayList<>(listing.problems());
        var facts = new FactTree();
        for (var file : listing.files()) {
            try {
                read(file).ifPresent(read -> facts.merge(read, file.toString(), problems));
            } catch (IOException | MalformedException e) {
                problems.add(file + ": " + e.getMessage());
            }
        }
        return new Collected(facts.fields(), problems);
    }

    private static Optional<Fields> read(Path file) throws IOException {
        var name = file.toString();
        if (name.endsWith(".json")) {
            return Optional.of(Json.readLocal(text(file)));
        }
        if (name.endsWith(".txt")) {
            return Optional.of(FactText.lines(text(file)));
        }
        if (name.endsWith(".yaml") || name.endsWith(".yml")) {
            throw new IOException("YAML is not read here: write it as JSON");
        }
        return Optional.empty();
    }

    private static String text(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(MAX + 1);
            if (bytes.length > MAX) {
                throw new IOException("longer than " + MAX + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
