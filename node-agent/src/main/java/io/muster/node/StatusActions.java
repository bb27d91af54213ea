package io.muster.node;

import io.muster.action.BuiltIn;
import io.muster.message.Outcome;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.node.action.Action;
import io.muster.node.action.Performed;

import java.util.List;

/** Tells what is under way here, and whether it keeps changes from beginning. */
final class StatusActions {
    private StatusActions() {}

    /** The action. */
    static List<Action> all(Underway underway) {
        return List.of(Action.of(BuiltIn.NODE_STATUS, (_, _) -> Performed.done(status(underway))));
    }

    private static Outcome status(Underway underway) {
        var running =
                underway.all().stream()
                        .filter(each -> !each.spec().equals(BuiltIn.NODE_STATUS))
                        .toList();
        var rows = new Items(running.stream().<Value>map(StatusActions::row).toList());
        var busy = underway.busy();
        var data = Fields.EMPTY.with("running", rows);
        return new Outcome.Ok(
                busy.orElse(running.size() + " requests are under way, and a change may begin"),
                data.with("busy", busy.isPresent()));
    }

    private static Fields row(Running running) {
        var request = running.question().request();
        return Fields.EMPTY
                .with("request", request.id().brief())
                .with("caller", request.sender().brief())
                .with("action", request.action().value())
                .with("class", running.spec().actionClass().word())
                .with("since", running.since().toEpochMilli())
                .with("holds", running.holds());
    }
}
