package io.muster.config;

import java.util.List;

/** A configuration nobody can start with; the message has every problem, each on its own line. */
public final class ConfigException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    public ConfigException(String problem) {
        super(problem);
    }

    public ConfigException(String problem, Throwable cause) {
        super(problem, cause);
    }

    public ConfigException(List<String> problems) {
        super(String.join("\n", problems));
    }
}
