package io.muster.transport.jms;

/** What a transport has at a moment: a {@link Link}, or a reason why not. */
sealed interface Line permits Link, Line.Away {

    /** No connection. */
    record Away(String reason) implements Line {}
}
