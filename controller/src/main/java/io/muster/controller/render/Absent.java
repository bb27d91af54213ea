package io.muster.controller.render;

import io.muster.controller.Entry;
import io.muster.controller.Report;
import io.muster.controller.TargetState;
import io.muster.controller.discovery.Presence;
import io.muster.message.Escape;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** Lists who gave no answer: after an action, the most important list of all. */
final class Absent {
    private final Screen screen;
    private final Names names;

    Absent(Screen screen, Names names) {
        this.screen = screen;
        this.names = names;
    }

    void show(Report report) {
        var silent = report.in(TargetState.NO_REPLY);
        var here = silent.stream().filter(e -> !e.awaitedBack() && !e.accepted()).toList();
        list("No response from:", plain(here));
        remarked("No response", here);
        list(
                "Accepted, and no ending heard (muster runs ask):",
                silent.stream().filter(Entry::accepted).toList());
        list("Went down and not back yet:", silent.stream().filter(Entry::awaitedBack).toList());
        var away = report.in(TargetState.OFFLINE);
        list("Offline, and not asked:", plain(away.stream().filter(e -> !frozen(e)).toList()));
        remarked("Offline", away);
        list("Frozen, and not asked:", away.stream().filter(Absent::frozen).toList());
        remarked("Expired", report.in(TargetState.EXPIRED));
        remarked("Cancelled", report.in(TargetState.CANCELLED));
        list("Queued at the hub until they are back:", report.in(TargetState.QUEUED));
        list("Not sent to:", report.in(TargetState.NOT_SENT));
    }

    private static List<Entry> plain(List<Entry> entries) {
        return entries.stream().filter(entry -> entry.remark().isEmpty()).toList();
    }

    /** Those of whom there is more to say, with that as the title. */
    private void remarked(String state, List<Entry> entries) {
        var alike = new LinkedHashMap<String, List<Entry>>();
        for (var entry : entries) {
            entry.remark()
                    .map(remark -> state + " (" + Escape.line(remark.text()) + "):")
                    .ifPresent(t -> alike.computeIfAbsent(t, _ -> new ArrayList<>()).add(entry));
        }
        alike.forEach(this::list);
    }

    private static boolean frozen(Entry entry) {
        return entry.target().presence() == Presence.FROZEN;
    }

    private void list(String title, List<Entry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        screen.out().println();
        screen.out().println(screen.red(title));
        screen.out().println();
        var words = TextRenderer.words(entries, names);
        Layout.wrap(words, 4, screen.width()).forEach(screen.out()::println);
    }
}
