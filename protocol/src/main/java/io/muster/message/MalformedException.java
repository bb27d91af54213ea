package io.muster.message;

/** Bytes or text that are not what they should be; the message says what is wrong, and where. */
public final class MalformedException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final String problem;

    public MalformedException(String problem) {
        super(problem);
        this.problem = problem;
    }

    public MalformedException(String problem, Throwable cause) {
        super(problem, cause);
        this.problem = problem;
    }

    /** The message, never absent. */
    public String problem() {
        return problem;
    }
}
