package io.muster.journal;

/** A journal that cannot be opened, read or written; the message names the file and the way out. */
public class JournalException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public JournalException(String problem) {
        super(problem);
    }

    public JournalException(String problem, Throwable cause) {
        super(problem, cause);
    }
}
