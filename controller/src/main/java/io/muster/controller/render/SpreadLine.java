package io.muster.controller.render;

import io.muster.controller.Entry;
import io.muster.controller.mask.Spread;

import java.util.ArrayList;
import java.util.List;

/** How numbers are spread, in one line: {@code 12 to 873, median 40; far out: 873 on web17}. */
final class SpreadLine {
    private static final int NAMED = 3;

    private SpreadLine() {}

    /**
     * The line.
     *
     * @param spread whose texts are safe to show
     */
    static String of(Spread<Entry> spread, Names names) {
        var range = spread.min().text() + " to " + spread.max().text();
        return range + ", median " + spread.median().text() + farOut(spread.farOut(), names);
    }

    /** Who is far out, the farthest first; nothing if nobody is. */
    static String farOut(List<Spread.Said<Entry>> far, Names names) {
        if (far.isEmpty()) {
            return "";
        }
        var words = new ArrayList<String>();
        far.stream()
                .limit(NAMED)
                .forEach(said -> words.add(said.text() + " on " + names.of(said.who())));
        var more = far.size() > NAMED ? " and " + (far.size() - NAMED) + " more" : "";
        return "; far out: " + String.join(", ", words) + more;
    }
}
