package io.muster.controller.render;

import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.message.Escape;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import java.io.PrintWriter;
import java.util.List;

/** Shows nodes that were only looked for. */
public final class FoundNodes {
    private final Screen screen;
    private final boolean chatty;

    /**
     * @param chatty whether to say on stderr how many are away
     */
    public FoundNodes(Screen screen, boolean chatty) {
        this.screen = screen;
        this.chatty = chatty;
    }

    /** On stderr: what was not as asked. */
    public void notices(Targets found) {
        var err = screen.err();
        found.notices().forEach(notice -> err.println(Escape.line(notice)));
        if (!found.unknown().isEmpty()) {
            err.println("nobody is called " + folded(found.unknown()));
        }
        if (found.all().isEmpty()) {
            err.println("no node matches");
        }
        var away = found.offline();
        if (chatty && !away.isEmpty()) {
            var names = Names.ofTargets(found.all());
            var words = away.stream().map(names::of).toList();
            err.println(away.size() + " more match and are away: " + String.join(", ", words));
        }
        err.flush();
    }

    private static String folded(List<String> names) {
        return String.join(", ", Fold.fold(names.stream().map(Escape::line).toList()));
    }

    /** Those that are there, one a line, for people. */
    public void text(Targets found) {
        var names = Names.ofTargets(found.all());
        found.online().forEach(target -> out().println(names.of(target)));
        out().flush();
    }

    /** Those that are there, one a line, for programs. */
    public void names(Targets found) {
        var names = Names.ofTargets(found.all());
        found.online().forEach(t -> out().println(names.word(t.id(), t.name())));
        out().flush();
    }

    /** All, as one document. */
    public void json(Targets found) {
        var nodes = found.all().stream().<Value>map(JsonForm::found).toList();
        var document =
                Fields.EMPTY
                        .with("discovery", found.method())
                        .with("discoveryMs", JsonForm.millis(found.took()))
                        .with("unknown", Value.texts(found.unknown()))
                        .with("nodes", new Items(nodes));
        out().println(JsonForm.document(document));
        out().flush();
    }

    /** All, an object a line. */
    public void jsonLines(Targets found) {
        for (Target target : found.all()) {
            out().println(JsonForm.line(JsonForm.typed("discovered", JsonForm.found(target))));
        }
        out().flush();
    }

    private PrintWriter out() {
        return screen.out();
    }
}
