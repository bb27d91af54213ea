package io.muster.controller.cli;

import io.muster.controller.Village;
import io.muster.controller.Village.Call;
import io.muster.message.Cancellation;
import io.muster.message.Outcome;
import io.muster.message.Recollection;
import io.muster.message.Reply.Answer;
import io.muster.message.Request;
import io.muster.message.RequestId;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.security.Credentials;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A node that does each request once, remembers how it ended, and says so when asked. */
final class Host {
    /** The requests that it carried out. */
    final List<Request> deeds = new CopyOnWriteArrayList<>();

    private final String name;
    private final Map<RequestId, Recollection.Ended> ended = new ConcurrentHashMap<>();
    private final Function<Request, Outcome> deed;

    /** Whether it does what it is asked, and its answers are lost. */
    volatile boolean silent;

    /** Whether it says that it has what it is asked, before it does it. */
    volatile boolean accepting;

    /** Whether requests do not even reach it, but for those that ask. */
    volatile boolean deaf;

    /** Whether what it is asked does not end until it is cancelled. */
    volatile boolean slow;

    /** Whether it lets everybody stop what others have asked for. */
    volatile boolean lenient;

    /** Whether nothing at all reaches it. */
    volatile boolean away;

    private final Map<RequestId, Call> running = new ConcurrentHashMap<>();

    Host(Village village, String id, String name, Function<Request, Outcome> deed) {
        this.name = name;
        this.deed = deed;
        village.node(id, this::take);
    }

    private void take(Call call, Credentials credentials) {
        var request = call.request();
        if (away) {
            return;
        }
        if (request.action().value().equals("node.cancel")) {
            call.reply(credentials, name, 0, new Answer.Final(cancelled(request, credentials)));
            return;
        }
        if (request.action().value().equals("node.outcomes")) {
            call.reply(credentials, name, 0, new Answer.Final(told(request)));
            return;
        }
        if (deaf) {
            return;
        }
        if (accepting) {
            call.reply(credentials, name, 0, new Answer.Accepted());
        }
        if (slow && !ended.containsKey(request.id())) {
            running.put(request.id(), call);
            return;
        }
        var outcome = ended.computeIfAbsent(request.id(), _ -> done(call)).outcome();
        if (!silent) {
            call.reply(credentials, name, 0, new Answer.Final(outcome));
        }
    }

    private Recollection.Ended done(Call call) {
        deeds.add(call.request());
        var now = Instant.now();
        return new Recollection.Ended(
                call.digest(), 0, now, now, "boot-1", deed.apply(call.request()));
    }

    private Outcome cancelled(Request request, Credentials credentials) {
        var id = ((Items) request.arguments().member("requests").orElseThrow()).items().getFirst();
        var own = request.sender().name();
        var of = request.arguments().member("of").map(Value::toString).orElse(own);
        var said = cancelled(new RequestId(id.toString()), own, of, credentials);
        var all = Fields.EMPTY.with(id.toString(), said.toValue());
        return new Outcome.Changed("told", Fields.EMPTY.with("requests", all));
    }

    /** An id names a request of its sender alone, and only that one may stop it. */
    private Cancellation cancelled(RequestId id, String by, String of, Credentials credentials) {
        var other = Optional.ofNullable(running.get(id));
        if (other.filter(c -> !c.request().sender().name().equals(of)).isPresent()) {
            return new Cancellation.Prevented(true);
        }
        if (!by.equals(of) && !lenient) {
            return new Cancellation.Denied("it is of operator/" + of);
        }
        var over = ended.get(id);
        if (over != null) {
            return new Cancellation.Over(over);
        }
        var call = running.remove(id);
        if (call == null) {
            return new Cancellation.Prevented(true);
        }
        var now = Instant.now();
        var outcome = new Outcome.Cancelled("cancelled by operator/alice after 3s");
        var how = new Recollection.Ended(call.digest(), 0, now, now, "boot-1", outcome);
        ended.put(id, how);
        call.reply(credentials, name, 0, new Answer.Final(outcome));
        return new Cancellation.Stopped(how);
    }

    private Outcome told(Request request) {
        var all = Fields.EMPTY;
        if (request.arguments().member("requests").orElseThrow() instanceof Items(var ids)) {
            for (Value id : ids) {
                all = all.with(id.toString(), of(new RequestId(id.toString())).toValue());
            }
        }
        return new Outcome.Ok(
                "told", Fields.EMPTY.with("requests", all).with("forgotten", 1_000_000_000_000L));
    }

    private Recollection of(RequestId id) {
        var known = ended.get(id);
        return known == null ? new Recollection.Unknown() : known;
    }
}
