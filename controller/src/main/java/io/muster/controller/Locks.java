package io.muster.controller;

import io.muster.action.ActionClass;
import io.muster.message.ActionName;
import io.muster.trust.Lock;

/** Who can say whether what a run asks for is locked, by what operators signed. */
@FunctionalInterface
public interface Locks {
    /** Nobody: then a node's word is enough. */
    Locks NOBODY = (_, _) -> new Word.Silent();

    /** What is said. */
    sealed interface Word {
        /** This keeps it from being done. */
        record Locked(Lock lock) implements Word {}

        /** Nothing does that is known. */
        record Free() implements Word {}

        /** Nothing is said. */
        record Silent() implements Word {}
    }

    /**
     * Whether that is locked for who asks.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    Word about(ActionName action, ActionClass actionClass) throws InterruptedException;
}
