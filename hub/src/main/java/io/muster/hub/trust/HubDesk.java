package io.muster.hub.trust;

import io.muster.documents.Board;
import io.muster.message.Bytes;
import io.muster.message.MalformedException;
import io.muster.security.Envelope;
import io.muster.transport.Receiver;

import java.util.function.Consumer;

/** Parts what comes to the hub: documents here, questions there. */
public final class HubDesk implements Receiver {
    private final Consumer<Bytes> documents;
    private final Receiver questions;

    /**
     * Ready to be subscribed to {@link io.muster.transport.Destination.Hub}.
     *
     * @param documents takes those; throws nothing
     * @param questions takes everything else, what cannot be read included
     */
    public HubDesk(Consumer<Bytes> documents, Receiver questions) {
        this.documents = documents;
        this.questions = questions;
    }

    @Override
    public void receive(Bytes message) {
        if (document(message)) {
            documents.accept(message);
        } else {
            questions.receive(message);
        }
    }

    private static boolean document(Bytes message) {
        try {
            return message.length() <= Envelope.MAX_SIZE
                    && Board.concerns(Envelope.decode(message).type());
        } catch (MalformedException e) {
            return false;
        }
    }
}
