package io.muster.controller.cli;

import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.Value.Fields;

/** Reads facts as people have them in files: a JSON object, or YAML. */
final class FactsFile {
    private FactsFile() {}

    /**
     * Reads it; a text that begins with a brace is JSON.
     *
     * @throws UsageException naming file, line and problem
     */
    static Fields read(String file, String text) {
        try {
            return text.stripLeading().startsWith("{")
                    ? Json.readLocal(text)
                    : YamlFacts.read(text);
        } catch (MalformedException e) {
            throw new UsageException("--facts " + file + ": " + e.problem());
        }
    }
}
