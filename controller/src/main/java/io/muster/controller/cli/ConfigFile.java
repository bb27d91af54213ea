package io.muster.controller.cli;

import io.muster.config.ConfigException;
import io.muster.config.Settings;
import io.muster.controller.ControllerConfig;
import io.muster.message.Escape;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the configuration of an operator and reads it. */
final class ConfigFile {
    private final Surroundings around;
    private final CommonOptions options;

    ConfigFile(Surroundings around, CommonOptions options) {
        this.around = around;
        this.options = options;
    }

    /** Which file: as typed, as the environment says, or the usual one; then its context. */
    Path path() {
        var named = options.config().or(() -> around.variable("MUSTER_CONFIG"));
        var file = named.map(around.directory()::resolve).orElseGet(this::usual);
        return options.context().map(name -> context(file, name)).orElse(file);
    }

    private Path usual() {
        var config = around.variable("XDG_CONFIG_HOME").map(Path::of);
        return config.filter(Path::isAbsolute)
                .orElse(around.home().resolve(".config"))
                .resolve("muster")
                .resolve("controller.conf");
    }

    private static Path context(Path file, String name) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            throw new UsageException("--context " + Escape.quoted(name) + ": not a name");
        }
        return file.resolveSibling("contexts").resolve(name + ".conf");
    }

    /**
     * Reads it; the usual file need not be there, one that was named must.
     *
     * @throws ConfigException with every problem at once
     */
    ControllerConfig read() {
        var file = path();
        var named =
                options.config()
                        .or(() -> around.variable("MUSTER_CONFIG"))
                        .or(options::context)
                        .isPresent();
        if (named && Files.notExists(file)) {
            throw new ConfigException(file + ": there is no such file" + others());
        }
        var directory = Optional.ofNullable(file.getParent()).orElse(around.directory());
        return ControllerConfig.of(Settings.readIfThere(file), directory);
    }

    private String others() {
        if (options.context().isEmpty()) {
            return "";
        }
        var directory = Optional.ofNullable(path().getParent()).orElse(around.directory());
        try (var files = Files.list(directory)) {
            var names =
                    files.map(file -> String.valueOf(file.getFileName()))
                            .filter(name -> name.endsWith(".conf"))
                            .map(name -> Escape.line(name.substring(0, name.length() - 5)))
                            .sorted()
                            .toList();
            return "; contexts: " + String.join(", ", names);
        } catch (IOException e) {
            return "";
        }
    }
}
