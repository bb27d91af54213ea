package io.muster.node.fact;

import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.Value.Fields;

/** The two forms in which others write facts down. */
final class FactText {
    private FactText() {}

    /**
     * A JSON object, or lines of {@code name=value}, whichever it is.
     *
     * @throws MalformedException if it begins like JSON and is not
     */
    static Fields either(String text) {
        return text.stripLeading().startsWith("{") ? Json.readLocal(text) : lines(text);
    }

    /** Lines of {@code name=value}: the first {@code =} splits; other lines are comments. */
    static Fields lines(String text) {
        var facts = new FactTree();
        text.lines()
                .filter(line -> !line.stripLeading().startsWith("#"))
                .forEach(
                        line -> {
                            var equals = line.indexOf('=');
                            var name = equals < 1 ? "" : line.substring(0, equals).strip();
                            if (!name.isEmpty()) {
                                facts.put(name, line.substring(equals + 1).strip());
                            }
                        });
        return facts.fields();
    }
}
