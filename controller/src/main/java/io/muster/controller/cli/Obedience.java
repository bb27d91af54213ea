package io.muster.controller.cli;

import io.muster.action.BuiltIn;
import io.muster.controller.Entry;
import io.muster.controller.ExitCode;
import io.muster.controller.Run;
import io.muster.controller.discovery.BroadcastDiscovery;
import io.muster.controller.discovery.PresenceDiscovery;
import io.muster.controller.discovery.Search;
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

/** Which nodes go by a lock, or by its end: each says so itself, and nobody believes the hub. */
final class Obedience {
    private static final Duration TTL = Duration.ofSeconds(30);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int SHOWN = 20;

    private final Session session;

    Obedience(Session session) {
        this.session = session;
    }

    /** Where a lock is said: to the nodes, and to the hub, which tells those that are away. */
    List<Destination> everywhere() {
        return List.of(
                new Destination.Requests(session.caller().collective()), new Destination.Hub());
    }

    /** Asks all nodes and says what they go by; the code says whether all do. */
    ExitCode show(
            Surroundings around, OutputOptions output, String verb, RequestId lock, boolean locked)
            throws InterruptedException {
        return show(around, output, verb, lock, locked, Fields.EMPTY);
    }

    /** The same, with more to say. */
    ExitCode show(
            Surroundings around,
            OutputOptions output,
            String verb,
            RequestId lock,
            boolean locked,
            Fields more)
            throws InterruptedException {
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
        tell(around, output, verb, lock, obey, refuse, silent, more);
        if (!refuse.isEmpty()) {
            return ExitCode.FAILED;
        }
        return silent.isEmpty() ? ExitCode.DONE : ExitCode.INCOMPLETE;
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
            String verb,
            RequestId lock,
            List<String> obey,
            List<String> refuse,
            List<String> silent,
            Fields more) {
        var fields =
                Fields.EMPTY
                        .with("id", lock.value())
                        .with("obey", Value.texts(obey))
                        .with("refuse", Value.texts(refuse))
                        .with("silent", Value.texts(silent));
        for (var each : more.members().entrySet()) {
            fields = fields.with(each.getKey(), each.getValue());
        }
        switch (output.form()) {
            case NAMES -> around.out().println(lock);
            case JSON -> around.out().println(JsonForm.document(fields));
            case JSONL -> around.out().println(JsonForm.line(JsonForm.typed(verb, fields)));
            case TEXT -> {
                around.out()
                        .println(verb + "ed " + lock.brief() + ": " + obey.size() + " nodes obey");
                more.members().forEach((what, count) -> around.out().println(what + ": " + count));
                some(around, "do not obey (is trust.lock allowed to you there?)", refuse);
                some(around, "did not say so; they hear of it when they come back", silent);
            }
        }
    }

    private static void some(Surroundings around, String what, List<String> names) {
        if (!names.isEmpty()) {
            around.err()
                    .println(
                            names.size()
                                    + " "
                                    + what
                                    + ": "
                                    + String.join(", ", names.stream().limit(SHOWN).toList()));
        }
    }
}
