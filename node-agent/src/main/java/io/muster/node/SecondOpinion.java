package io.muster.node;

import io.muster.message.Outcome;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.node.action.Performed;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What keeps something from being done where two have to agree: the node agent's reasons, and those
 * of the root helper that the node agent does not have itself.
 */
final class SecondOpinion {
    private SecondOpinion() {}

    /** Both; that of the helper may be that it is not there. */
    static Performed joined(Performed own, Performed helpers) {
        if (!(own instanceof Performed.Done(Outcome.Ok(_, Fields data)))
                || !(helpers instanceof Performed.Done(Outcome said))) {
            return own;
        }
        var rows = new ArrayList<>(rows(data));
        var known = rows.stream().map(SecondOpinion::reason).toList();
        others(said).stream().filter(row -> !known.contains(reason(row))).forEach(rows::add);
        return Performed.done(Explaining.answer(rows, items(data, "filter")));
    }

    private static List<Value> others(Outcome said) {
        return said instanceof Outcome.Ok(_, Fields data)
                ? rows(data)
                : List.of(Explaining.row(said));
    }

    private static List<Value> rows(Fields data) {
        return items(data, "reasons").items();
    }

    private static Items items(Fields data, String name) {
        return data.member(name)
                .filter(Items.class::isInstance)
                .map(Items.class::cast)
                .orElseGet(() -> new Items(List.of()));
    }

    private static Optional<Value> reason(Value row) {
        return row instanceof Fields fields ? fields.member("reason") : Optional.empty();
    }
}
