package io.muster.queue;

import io.muster.action.ActionClass;
import io.muster.message.ActionName;
import io.muster.message.Escape;
import io.muster.message.FieldReader;
import io.muster.message.Identity;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.Request;
import io.muster.message.RequestId;
import io.muster.message.Value.Fields;

import java.time.Instant;
import java.util.Optional;

/**
 * What the hub tells about a request that was left there: no inputs, which may be nobody else's,
 * and to others than its sender not its whole id either. Whoever knows the id of a request that has
 * not come to its node yet could use it up.
 *
 * @param place its place in the order at the hub, which names it there
 * @param request the id of the request, or the first digits of it
 * @param node for whom
 * @param sender of whom
 * @param action what it asks for
 * @param actionClass how much that can hurt
 * @param issued when it was made
 * @param expires until when it waits
 * @param state how far it came
 */
public record QueueEntry(
        long place,
        String request,
        NodeId node,
        Identity sender,
        ActionName action,
        ActionClass actionClass,
        Instant issued,
        Instant expires,
        QueueState state) {
    private static final String WHOLE = "[0-9a-f]{32}";
    private static final String BRIEF = "[0-9a-f]{8}";

    public QueueEntry {
        if (!request.matches(WHOLE) && !request.matches(BRIEF)) {
            throw new MalformedException(
                    "queue: not the id of a request, nor its first digits: "
                            + Escape.quoted(request));
        }
    }

    /**
     * That request, waiting at that place.
     *
     * @throws MalformedException if it is none that waits for a node
     */
    public static QueueEntry of(long place, Request request) {
        if (!request.queued()) {
            throw new MalformedException("not made to wait: a request that is says so (queued)");
        }
        return new QueueEntry(
                place,
                request.id().value(),
                request.targets().orElseThrow().getFirst(),
                request.sender(),
                request.action(),
                request.actionClass(),
                request.issued(),
                request.expires(),
                QueueState.WAITING);
    }

    /** The whole id, if it is told. */
    public Optional<RequestId> id() {
        return request.matches(WHOLE) ? Optional.of(new RequestId(request)) : Optional.empty();
    }

    /** The same, as it is told to others than its sender. */
    public QueueEntry brief() {
        var digits = request.substring(0, 8);
        return new QueueEntry(
                place, digits, node, sender, action, actionClass, issued, expires, state);
    }

    /** The same, in that state. */
    public QueueEntry in(QueueState other) {
        return new QueueEntry(
                place, request, node, sender, action, actionClass, issued, expires, other);
    }

    /** The same as it stands at that moment: what still waits when its time runs out is expired. */
    public QueueEntry at(Instant now) {
        var over = state == QueueState.WAITING && !now.isBefore(expires);
        return over ? in(QueueState.EXPIRED) : this;
    }

    /** As it travels. */
    public Fields toValue() {
        return Fields.EMPTY
                .with("place", place)
                .with("request", request)
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
                        reader.whole("place"),
                        reader.text("request"),
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
