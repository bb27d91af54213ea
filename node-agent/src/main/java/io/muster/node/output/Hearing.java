package io.muster.node.output;

import io.muster.exec.Hearer;
import io.muster.exec.StdStream;

import java.util.Map;
import java.util.Set;

/** Hears what one program says, and looks after what does not fit into the reply. */
public interface Hearing extends Hearer {
    /**
     * The program has ended.
     *
     * @param cut the streams of which the reply does not hold all
     * @return what became of those, of each; the caller's to change
     */
    Map<StdStream, Rest> end(Set<StdStream> cut);
}
