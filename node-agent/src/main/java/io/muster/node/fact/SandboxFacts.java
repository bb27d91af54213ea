package io.muster.node.fact;

import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.node.host.Tree;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The facts of a machine that a directory plays: a few that any such machine has, and over them
 * those in its file {@code facts.json}.
 */
public final class SandboxFacts implements FactSource {
    private static final String FILE = "/facts.json";

    private final Tree files;

    /** The facts of the machine with these files. */
    public SandboxFacts(Tree files) {
        this.files = files;
    }

    @Override
    public String name() {
        return "sandbox";
    }

    @Override
    public Freshness freshness() {
        return Freshness.of(Duration.ofSeconds(1));
    }

    @Override
    public Collected collect() {
        var facts = new FactTree().put("kernel", "Linux").put("virtual", "sandbox");
        facts.put("is_virtual", true);
        facts.branch("os").put("name", "Debian").put("family", "Debian");
        facts.branch("os").branch("release").put("full", "12.11").put("major", "12");
        facts.branch("processors").put("count", 1);
        var problems = new ArrayList<String>();
        try {
            files.read(FILE)
                    .ifPresent(text -> facts.merge(Json.readLocal(text), "facts.json", problems));
            return new Collected(facts.fields(), problems);
        } catch (IOException | MalformedException e) {
            return new Collected(facts.fields(), List.of("facts.json: " + e.getMessage()));
        }
    }
}
