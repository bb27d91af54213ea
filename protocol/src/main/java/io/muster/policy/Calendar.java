package io.muster.policy;

import io.muster.action.ActionSpec;
import io.muster.message.Identity;
import io.muster.message.Reason;
import io.muster.policy.Policy.Decision;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * When a node lets nothing be changed, whoever may: freezes, and the times outside of maintenance
 * windows. Where nobody knows what time it is, all of them hold.
 *
 * @param freezes all of which hold
 * @param maintenance each of which keeps what it is about within its times
 */
public record Calendar(List<Freeze> freezes, List<Maintenance> maintenance) {
    /** Anything at any time. */
    public static final Calendar OPEN = new Calendar(List.of(), List.of());

    /** Steps in the search for the next opening: a freeze, a window, and so on. */
    private static final int STEPS = 200;

    /** Nobody plans further. */
    private static final Duration FAR = Duration.ofDays(2 * 366);

    /**
     * A period in which nothing it is about may begin.
     *
     * @param from its first moment
     * @param to the first moment after it
     * @param reason told to whoever is refused
     */
    public record Freeze(Instant from, Instant to, String reason, Scope scope) {
        public Freeze {
            if (!to.isAfter(from)) {
                throw new IllegalArgumentException("from " + from + " to " + to + " is no time");
            }
        }

        boolean holds(Instant moment) {
            return !moment.isBefore(from) && moment.isBefore(to);
        }
    }

    /**
     * Times in which alone what it is about may begin.
     *
     * @param times at least one
     */
    public record Maintenance(List<Window> times, Scope scope) {
        public Maintenance {
            times = List.copyOf(times);
            if (times.isEmpty()) {
                throw new IllegalArgumentException("times are missing: then it could never begin");
            }
        }

        boolean open(Instant moment) {
            return times.stream().anyMatch(window -> window.holds(moment));
        }

        Instant next(Instant after) {
            return times.stream()
                    .map(window -> window.next(after))
                    .min(Instant::compareTo)
                    .orElseThrow();
        }

        private String words() {
            return String.join("; ", times.stream().map(Window::toString).toList());
        }
    }

    public Calendar {
        freezes = List.copyOf(freezes);
        maintenance = List.copyOf(maintenance);
    }

    /** Both. */
    public Calendar and(Calendar other) {
        var allFreezes = new ArrayList<>(freezes);
        allFreezes.addAll(other.freezes);
        var allMaintenance = new ArrayList<>(maintenance);
        allMaintenance.addAll(other.maintenance);
        return new Calendar(allFreezes, allMaintenance);
    }

    /** Why that caller's action may not begin then, if so. */
    public Optional<Decision> objection(Identity caller, ActionSpec spec, Optional<Instant> at) {
        var mine = about(caller, spec);
        if (mine.equals(OPEN)) {
            return Optional.empty();
        }
        if (at.isEmpty()) {
            return Optional.of(
                    new Decision.Denied(
                            mine.freezes.isEmpty() ? Reason.WINDOW : Reason.FROZEN,
                            "there are freezes or maintenance windows, and the time is not known"
                                    + " here"));
        }
        return mine.objection(at.get());
    }

    private Calendar about(Identity caller, ActionSpec spec) {
        return new Calendar(
                freezes.stream().filter(f -> f.scope().covers(caller, spec)).toList(),
                maintenance.stream().filter(m -> m.scope().covers(caller, spec)).toList());
    }

    private Optional<Decision> objection(Instant now) {
        var frozen = freezes.stream().filter(freeze -> freeze.holds(now)).findFirst();
        if (frozen.isPresent()) {
            return Optional.of(
                    new Decision.Denied(
                            Reason.FROZEN, "frozen: " + frozen.get().reason() + opening(now)));
        }
        return maintenance.stream()
                .filter(each -> !each.open(now))
                .findFirst()
                .map(
                        each ->
                                new Decision.Denied(
                                        Reason.WINDOW,
                                        "only in maintenance windows, "
                                                + each.words()
                                                + opening(now)));
    }

    private String opening(Instant now) {
        return opens(now)
                .map(next -> "; it may begin from " + next + " on")
                .orElse("; it may not begin in the next two years");
    }

    /** When it may begin next; now, if it may. */
    Optional<Instant> opens(Instant now) {
        var moment = now;
        for (int i = 0; i < STEPS && moment.isBefore(now.plus(FAR)); i++) {
            var then = moment;
            var frozen = freezes.stream().filter(f -> f.holds(then)).findFirst();
            var closed = maintenance.stream().filter(m -> !m.open(then)).findFirst();
            if (frozen.isEmpty() && closed.isEmpty()) {
                return Optional.of(moment);
            }
            moment = frozen.map(Freeze::to).orElseGet(() -> closed.orElseThrow().next(then));
        }
        return Optional.empty();
    }
}
