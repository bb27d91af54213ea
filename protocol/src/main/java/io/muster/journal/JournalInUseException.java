package io.muster.journal;

/** A journal that somebody else has open; the message names who holds what. */
public final class JournalInUseException extends JournalException {
    private static final long serialVersionUID = 1;

    public JournalInUseException(String problem) {
        super(problem);
    }
}
