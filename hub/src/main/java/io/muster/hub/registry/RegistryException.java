package io.muster.hub.registry;

/** A registry is away or cannot be used; the message says which, and why. */
public final class RegistryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public RegistryException(String problem) {
        super(problem);
    }

    public RegistryException(String problem, Throwable cause) {
        super(problem, cause);
    }
}
