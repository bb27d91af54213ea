package io.muster.queue;

import io.muster.action.ActionClass;
import io.muster.message.ActionName;
import io.muster.message.FieldReader;
import io.muster.message.Identity;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.Request;
import io.muster.message.RequestId;
import io.muster.message.Value.Fields;

import java.time.Instant;

/**
 * What the hub tells about a request that was left there: no inputs, which may be nobody else's.
 *
 * @param id of the request
 * @param node for whom
 * @param sender of whom
 * @param action what it asks for
 * @param actionClass how much that can hurt
 * @param issued when it was made
 * @param expires until when it waits
 * @param state how far it came
 */
public record QueueEntry(
        RequestId id,
        NodeId node,
        Identity sender,
        ActionName action,
        ActionClass actionClass,
        Instant issued,
        Instant expires,
        QueueState state) {

    /**
     * That request, waiting.
     *
     * @throws MalformedException if it is none that waits for a node
     */
    public static QueueEntry of(Request request) {
        if (!request.queued()) {
            throw new MalformedException("not made to wait: a request that is says so (queued)");
        }
        return new QueueEntry(
                request.id(),
                request.targets().orElseThrow().getFirst(),
                request.sender(),
                request.action(),
                request.actionClass(),
                request.issued(),
                request.expires(),
                QueueState.WAITING);
    }

    /** The same, in that state. */
    public QueueEntry in(QueueState other) {
        return new QueueEntry(id, node, sender, action, actionClass, issued, expires, other);
    }

    /** The same as it stands at that moment: what still waits when its time runs out is expired. */
    public QueueEntry at(Instant now) {
        var over = state == QueueState.WAITING && !now.isBefore(expires);
        return over ? in(QueueState.EXPIRED) : this;
    }

    /** As it travels. */
    public Fields toValue() {
        return Fields.EMPTY
                .with("request", id.value())
                .with("node", node.value())
                .with("sender", sender.uri())
                .with("action", action.value())
                .with("class", actionClass.word())
                .with("issued", issued.toEpochMilli())
                .with("expires", expires.toEpochMilli())
                .with("state", state.word());
    }

    /**
     * Reads what travelled.
     *
     * @throws MalformedException if it is anything else
     */
    public static QueueEntry of(Fields fields) {
        var reader = new FieldReader("queue", fields);
        var entry =
                new QueueEntry(
                        reader.text("request", RequestId::new),
                        reader.text("node", NodeId::new),
                        reader.text("sender", Identity::parse),
                        reader.text("action", ActionName::new),
                        reader.text("class", ActionClass::parse),
                        reader.instant("issued"),
                        reader.instant("expires"),
                        reader.text("state", QueueState::parse));
        reader.done();
        return entry;
    }
}
