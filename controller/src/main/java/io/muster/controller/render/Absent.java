package io.muster.controller.render;

import io.muster.controller.Entry;
import io.muster.controller.Report;
import io.muster.controller.TargetState;
import io.muster.controller.discovery.Presence;

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
        list("No response from:", silent.stream().filter(e -> !e.awaitedBack()).toList());
        list("Went down and not back yet:", silent.stream().filter(Entry::awaitedBack).toList());
        var away = report.in(TargetState.OFFLINE);
        list("Offline, and not asked:", away.stream().filter(e -> !frozen(e)).toList());
        list("Frozen, and not asked:", away.stream().filter(Absent::frozen).toList());
        list("Queued at the hub until they are back:", report.in(TargetState.QUEUED));
        list("Not sent to:", report.in(TargetState.NOT_SENT));
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
