package io.muster.node;

import io.muster.config.ConfigException;
import io.muster.config.Settings;
import io.muster.message.Escape;
import io.muster.message.Json;
import io.muster.message.Value.Fields;
import io.muster.node.Image.Item;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code muster agent seal}: makes this machine fit to be copied. */
@Command(
        name = "seal",
        description = {
            "Prepares this machine, or a mounted disk, to be copied as an image: lists what must",
            "not be in two places (keys, certificates, journals, audit logs, SSH host keys, the",
            "machine id, histories), and with --yes removes it. Refuses while the node agent or"
                    + " its",
            "root helper runs."
        },
        footer = {
            "",
            "Examples:",
            "  muster agent seal                       what would be removed",
            "  muster agent seal --yes                 remove it; then switch off, and copy",
            "  muster agent seal --root /mnt/image     a disk that is mounted there",
            "",
            "Each copy joins by itself then, with a key of its own: leave a join token for it."
        })
final class SealCommand implements Callable<Integer> {
    /** Forms of output. */
    enum Form {
        text,
        jsonl
    }

    @Option(names = "--yes", description = "Remove it.")
    private boolean yes;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            defaultValue = "/",
            description = "The machine's root directory; default ${DEFAULT-VALUE}.")
    private Path root = Path.of("/");

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "/etc/muster/agent.conf",
            description = "Settings, as the machine itself calls them; default ${DEFAULT-VALUE}.")
    private Path config = AgentConfig.FILE;

    @Option(
            names = "--output",
            paramLabel = "FORM",
            defaultValue = "text",
            description = "text or jsonl; default ${DEFAULT-VALUE}.")
    private Form form = Form.text;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("unused") // the parser acts on it
    private boolean help;

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        var out = java.util.Objects.requireNonNull(spec).commandLine().getOut();
        var err = spec.commandLine().getErr();
        try {
            return seal(out, err);
        } catch (ConfigException e) {
            err.println("muster agent seal: " + e.getMessage());
            return AgentMain.BAD_CONFIGURATION;
        } catch (IOException e) {
            err.println("muster agent seal: " + e.getMessage());
            return 1;
        }
    }

    private int seal(PrintWriter out, PrintWriter err) throws IOException {
        var settings = settings();
        var image =
                new Image(
                        root,
                        settings.get("state", AgentConfig.STATE, Path::of),
                        settings.get("helper-state", AgentConfig.HELPER_STATE, Path::of));
        image.checkStill();
        var items = image.find();
        show(items, out);
        if (!yes) {
            err.println(
                    items.isEmpty()
                            ? "There is nothing to remove: it may be copied."
                            : "Nothing was removed yet: muster agent seal --yes removes "
                                    + items.size()
                                    + " files.");
            return 0;
        }
        image.remove(items);
        var left = image.find();
        if (!left.isEmpty()) {
            show(left, err);
            throw new IOException("these came back: something is running that writes them");
        }
        err.println(
                items.size()
                        + " files removed. Switch this machine off now: a start makes some anew.");
        return 0;
    }

    /** Read as the machine would; a setting that is bad for other reasons does not matter here. */
    private Settings settings() {
        return Settings.readIfThere(root.resolve(Path.of("/").relativize(config.toAbsolutePath())));
    }

    private void show(List<Item> items, PrintWriter to) {
        for (var item : items) {
            var path = item.path().toString();
            switch (form) {
                case text ->
                        to.println(
                                (item.emptied() ? "empty   " : "remove  ")
                                        + Escape.line(path)
                                        + "  ("
                                        + item.what()
                                        + ")");
                case jsonl ->
                        to.println(
                                Json.text(
                                        Fields.EMPTY
                                                .with("type", "item")
                                                .with("path", path)
                                                .with("what", item.what())
                                                .with("emptied", item.emptied())));
            }
        }
    }
}
