package io.muster.hub.registry;

import io.muster.message.NodeId;

import java.util.Collection;
import java.util.function.Consumer;

/**
 * Keeps what hubs heard of nodes. Called by one thread, a {@link WriteBehind}'s, which may wait.
 *
 * <p>Nobody believes a registry: what nodes said is kept as they signed it, and verified again when
 * it is read. A registry hands out what it finds, whoever wrote it, within bounds of size; what
 * cannot be read it leaves out.
 *
 * <p>Everything throws {@link RegistryException} if the registry is away or cannot be used; it is
 * tried again later, and nothing is lost by that but what that call would have brought.
 */
public interface Registry extends AutoCloseable {
    /** Hands out every node that is kept, in no order. */
    void load(Consumer<Entry> each);

    /**
     * Hands out what others have stored since the last call of this or of {@link #load}; some of it
     * perhaps twice, and everything when it was away and may have missed something.
     */
    void news(Consumer<Entry> each);

    /**
     * Keeps these, each in place of what was kept of the node; facts that do not come along stay.
     * What was stored when this returns outlives the process.
     *
     * @param gone are forgotten
     */
    void store(Collection<Entry> heard, Collection<NodeId> gone);

    /**
     * Whether nobody but this hub can write there, so that what an entry says besides what a node
     * signed is this hub's own word.
     */
    boolean own();

    @Override
    void close();
}
