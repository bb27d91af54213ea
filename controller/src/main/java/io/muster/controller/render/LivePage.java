package io.muster.controller.render;

import io.muster.message.NodeId;

/** Shows what nodes say while they are at it; on one thread at a time. */
interface LivePage {
    /**
     * A line that its program wrote.
     *
     * @param offset where it begins, in bytes
     */
    void line(NodeId node, String name, String stream, long offset, String line);

    /** So many bytes from there on are not shown. */
    void gap(NodeId node, String name, String stream, long offset, long bytes);

    /** How far it is; {@code of} is 0 if nobody knows of how much. */
    void progress(NodeId node, String name, long done, long of, String step);

    /** So many pieces, of nobody knows what, did not come. */
    void missing(NodeId node, String name, int pieces);

    /** Nothing more for the moment. */
    void pause();
}
