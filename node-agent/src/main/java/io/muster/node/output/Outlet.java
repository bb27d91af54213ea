package io.muster.node.output;

/** Where the words of a request's program go, beside the reply. */
public interface Outlet {
    /** Keeps nothing, as what is secret wants it. */
    Outlet NONE = _ -> new Counting();

    /**
     * For a program that is about to start.
     *
     * @param inReply how many bytes of each stream the reply will hold
     */
    Hearing open(int inReply);
}
