package io.muster.controller.cli;

import io.muster.controller.rollout.Floor;
import io.muster.filter.FactPath;

import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** In which order the nodes come, and how many of a kind must stay up. */
final class OrderOptions {
    private static final String SPREAD = "--spread";
    private static final String FLOOR = "--floor";

    @Option(
            names = SPREAD,
            paramLabel = "FACT",
            description = {
                "Have as few nodes as possible with the same value",
                "of this fact (a zone, a rack, a role) in one",
                "batch."
            })
    private Optional<String> spread = Optional.empty();

    @Option(
            names = FLOOR,
            paramLabel = "FACT=N|N%",
            description = {
                "Of the nodes of the fleet with one value of this",
                "fact, never have so many at work, failed or away",
                "that fewer than N are up; may be given more than",
                "once."
            })
    private List<String> floors = new ArrayList<>();

    /** Complains now about what would otherwise be found out after the discovery. */
    void check() {
        spread();
        floors().forEach(floor -> RolloutOptions.parsed(FLOOR, floor.fact(), FactPath::of));
    }

    /** The options that were typed. */
    List<String> given() {
        var given = new ArrayList<String>();
        spread.ifPresent(_ -> given.add(SPREAD));
        if (!floors.isEmpty()) {
            given.add(FLOOR);
        }
        return given;
    }

    /** Over which fact batches are spread. */
    Optional<String> spread() {
        spread.ifPresent(fact -> RolloutOptions.parsed(SPREAD, fact, FactPath::of));
        return spread;
    }

    /** How many must stay up. */
    List<Floor> floors() {
        return floors.stream()
                .map(text -> RolloutOptions.parsed(FLOOR, text, Floor::parse))
                .toList();
    }
}
