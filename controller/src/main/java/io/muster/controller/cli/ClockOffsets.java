package io.muster.controller.cli;

import io.muster.controller.discovery.Target;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/** How far the clock of each node is off ours, the worst first. */
final class ClockOffsets {
    /** A longer name pushes its own line out, and not everybody's. */
    private static final int WIDEST = 40;

    private final List<Offset> worstFirst;
    private final Duration tolerated;

    /** By how much a node's clock is ahead of ours, the way of its answer aside. */
    record Offset(Target node, Duration ahead) {}

    /**
     * @param offsets of all nodes that answered; at least one
     * @param tolerated how far a clock may be off
     */
    ClockOffsets(List<Offset> offsets, Duration tolerated) {
        this.worstFirst =
                offsets.stream()
                        .sorted(
                                Comparator.comparing((Offset o) -> o.ahead().abs())
                                        .reversed()
                                        .thenComparing(o -> o.node().id()))
                        .toList();
        this.tolerated = tolerated;
    }

    /** Tells them. */
    void tell(Findings findings) {
        var off = worstFirst.stream().filter(this::off).count();
        var worst = worstFirst.getFirst();
        if (off > 0) {
            findings.fail(
                    "node clocks",
                    off
                            + " of "
                            + worstFirst.size()
                            + " are off ours, and from 30 s on they refuse requests: set the clocks"
                            + " (NTP), or let them be challenged (muster run --challenge)\n"
                            + String.join("\n", lines()),
                    json());
        } else {
            findings.ok(
                    "node clocks",
                    "at most "
                            + seconds(worst.ahead())
                            + " s off ours\n"
                            + String.join("\n", lines()),
                    json());
        }
    }

    private boolean off(Offset offset) {
        return offset.ahead().abs().compareTo(tolerated) > 0;
    }

    private List<String> lines() {
        var names = width(worstFirst.stream().map(o -> o.node().name()).toList());
        var numbers = width(worstFirst.stream().map(o -> seconds(o.ahead())).toList());
        return worstFirst.stream()
                .map(
                        o -> {
                            var name = o.node().name();
                            var number = seconds(o.ahead());
                            return name
                                    + " ".repeat(Math.max(0, names - name.length()))
                                    + " by "
                                    + " ".repeat(numbers - number.length())
                                    + number
                                    + " s";
                        })
                .toList();
    }

    private static int width(List<String> texts) {
        return texts.stream().mapToInt(String::length).filter(w -> w <= WIDEST).max().orElse(0);
    }

    private Fields json() {
        var all =
                worstFirst.stream()
                        .<Value>map(
                                o ->
                                        Fields.EMPTY
                                                .with("id", o.node().id().value())
                                                .with("name", o.node().name())
                                                .with("offset", o.ahead().toMillis()))
                        .toList();
        return Fields.EMPTY.with("offsets", new Items(all));
    }

    /** In seconds with two digits. */
    static String seconds(Duration offset) {
        var hundredths = offset.toMillis() / 10;
        return (hundredths < 0 ? "-" : "")
                + Math.abs(hundredths / 100)
                + "."
                + (Math.abs(hundredths % 100) < 10 ? "0" : "")
                + Math.abs(hundredths % 100);
    }
}
