package io.muster.controller.cli;

import io.muster.action.BuiltIn;
import io.muster.controller.Entry;
import io.muster.controller.ExitCode;
import io.muster.controller.Run;
import io.muster.controller.cli.Standstill.Stop;
import io.muster.controller.cli.Standstill.Unstopped;
import io.muster.controller.discovery.BroadcastDiscovery;
import io.muster.controller.discovery.PresenceDiscovery;
import io.muster.controller.discovery.Search;
import io.muster.controller.discovery.Target;
import io.muster.controller.render.JsonForm;
import io.muster.filter.Filter;
import io.muster.message.Escape;
import io.muster.message.Outcome;
import io.muster.message.RequestId;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.transport.Destination;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which nodes go by a lock, or by its end: each says so itself, and nobody believes the hub. */
final class Obedience {
    private static final Duration TTL = Duration.ofSeconds(30);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int SHOWN = 20;

    /** What was done, as output has it. */
    static final String LOCKED = "locked";

    /** Likewise. */
    static final String UNLOCKED = "unlocked";

    private final Session session;

    Obedience(Session session) {
        this.session = session;
    }

    /** Where a lock is said: to the nodes, and to the hub, which tells those that are away. */
    List<Destination> everywhere() {
        return List.of(
                new Destination.Requests(session.caller().collective()), new Destination.Hub());
    }

    /**
     * Asks all nodes and says what they go by; the code says whether all do.
     *
     * @param done what was done: {@code locked} or {@code unlocked}
     * @param stop what else it came to
     */
    ExitCode show(
            Surroundings around,
            OutputOptions output,
            String done,
            RequestId lock,
            Optional<Stop> stop)
            throws InterruptedException {
        var locked = done.equals(LOCKED);
        var caller = session.caller();
        var patience = session.config().patience();
        var nodes = new BroadcastDiscovery(caller, patience, false);
        var targets =
                session.fleet()
                        .find(
                                new PresenceDiscovery(caller, patience, nodes),
                                Search.of(Filter.EVERYTHING));
        var run =
                new Run(
                        BuiltIn.TRUST_STATUS.name(),
                        BuiltIn.TRUST_STATUS.actionClass(),
                        Fields.EMPTY,
                        Filter.EVERYTHING,
                        false,
                        TTL,
                        TIMEOUT);
        var obey = new ArrayList<String>();
        var refuse = new ArrayList<String>();
        var silent = new ArrayList<String>();
        for (var entry : session.fleet().run(run, targets, _ -> {}).entries()) {
            var name = Escape.line(entry.name());
            if (!(entry.outcome().orElse(Outcome.failed("", "")) instanceof Outcome.Ok)) {
                silent.add(name + " (" + entry.state() + ")");
            } else {
                (inForce(entry, lock) == locked ? obey : refuse).add(name);
            }
        }
        tell(around, output, done, lock, obey, refuse, silent, stop);
        var unstopped = stop.filter(s -> !s.unstopped().isEmpty()).isPresent();
        if (!refuse.isEmpty() || unstopped) {
            return ExitCode.FAILED;
        }
        var unheard = stop.filter(s -> !s.unheard().isEmpty()).isPresent();
        return silent.isEmpty() && !unheard ? ExitCode.DONE : ExitCode.INCOMPLETE;
    }

    private static boolean inForce(Entry entry, RequestId lock) {
        return entry.outcome()
                .map(Outcome::result)
                .flatMap(data -> data.member("in_force"))
                .filter(v -> v instanceof Items(var ids) && ids.contains(Value.of(lock.value())))
                .isPresent();
    }

    private static void tell(
            Surroundings around,
            OutputOptions output,
            String done,
            RequestId lock,
            List<String> obey,
            List<String> refuse,
            List<String> silent,
            Optional<Stop> stop) {
        var told =
                Fields.EMPTY
                        .with("id", lock.value())
                        .with("obey", Value.texts(obey))
                        .with("refuse", Value.texts(refuse))
                        .with("silent", Value.texts(silent));
        var fields = stop.map(s -> with(told, s)).orElse(told);
        switch (output.form()) {
            case NAMES -> around.out().println(lock);
            case JSON -> around.out().println(JsonForm.document(fields));
            case JSONL -> around.out().println(JsonForm.line(JsonForm.typed(done, fields)));
            case TEXT -> {
                around.out()
                        .println(done + " " + lock.brief() + ": " + obey.size() + " nodes obey");
                stop.ifPresent(s -> around.out().println("stopped: " + s.stopped()));
                some(around, "do not obey (is trust.lock allowed to you there?)", refuse);
                some(around, "did not say so; they hear of it when they come back", silent);
            }
        }
        if (stop.isPresent()) {
            some(
                    around,
                    "not stopped",
                    stop.get().unstopped().stream().map(Obedience::words).toList());
            some(
                    around,
                    "did not say what they are at",
                    stop.get().unheard().stream()
                            .map(u -> Escape.line(u.node().name()) + " (" + u.state() + ")")
                            .toList());
        }
        around.err().flush();
    }

    private static String words(Unstopped each) {
        var what = each.request().map(id -> id.substring(0, Math.min(8, id.length())) + " ");
        return Escape.line(each.node().name())
                + " ("
                + Escape.line(what.orElse("") + each.message())
                + ")";
    }

    private static Fields with(Fields fields, Stop stop) {
        var unstopped = stop.unstopped().stream().<Value>map(Obedience::fields).toList();
        var unheard =
                stop.unheard().stream()
                        .<Value>map(u -> of(u.node()).with("state", u.state().word()))
                        .toList();
        return fields.with("stopped", stop.stopped())
                .with("unstopped", new Items(unstopped))
                .with("unheard", new Items(unheard));
    }

    private static Fields fields(Unstopped each) {
        var node = of(each.node());
        var fields = each.request().map(id -> node.with("request", id)).orElse(node);
        return fields.with("message", each.message());
    }

    private static Fields of(Target node) {
        return Fields.EMPTY.with("id", node.id().value()).with("name", node.name());
    }

    private static void some(Surroundings around, String what, List<String> names) {
        if (!names.isEmpty()) {
            var more = names.size() - SHOWN;
            around.err()
                    .println(
                            names.size()
                                    + " "
                                    + what
                                    + ": "
                                    + String.join(", ", names.stream().limit(SHOWN).toList())
                                    + (more > 0 ? " and " + more + " more" : ""));
        }
    }
}
