package io.muster.node.action;

import io.muster.action.BuiltIn;
import io.muster.action.Input;
import io.muster.message.Escape;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.node.host.Host;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** Users of the machine, one change at a time. */
final class UserActions {
    private final ReentrantLock changing = new ReentrantLock();
    private final Set<String> privileged;

    /**
     * Users of a machine.
     *
     * @param privileged the privileged groups that may be given here
     */
    UserActions(Set<String> privileged) {
        this.privileged = Set.copyOf(privileged);
    }

    /**
     * Makes sure that a user exists exactly so: looks first, changes only what differs, looks
     * again. A user that exists with another number, group, shell, home or comment is a conflict,
     * and nothing is changed: whose it is only people know.
     */
    Action ensure() {
        return Action.of(BuiltIn.USER_ENSURE, this::ensure);
    }

    private Performed ensure(Input input, ActionContext context) {
        WantedUser wanted;
        try {
            wanted = WantedUser.of(input, privileged);
        } catch (IllegalArgumentException e) {
            return Performed.done(
                    new Outcome.Refused(Reason.INVALID_INPUT, String.valueOf(e.getMessage())));
        }
        changing.lock();
        try {
            return Performed.done(ensure(wanted, context.host(), context.dryRun()));
        } finally {
            changing.unlock();
        }
    }

    private static Outcome ensure(WantedUser wanted, Host host, boolean dryRun) {
        var change = new UserChange(wanted, host, dryRun);
        try {
            var conflicts = change.conflicts();
            if (!conflicts.isEmpty()) {
                return Outcome.failed("conflict", Escape.line(String.join("; ", conflicts)));
            }
            change.apply();
            if (change.changes().isEmpty()) {
                return new Outcome.Ok("user " + wanted.name() + " is so already", data(change));
            }
            if (dryRun) {
                var would = " would be made so, in " + change.changes().size() + " steps";
                return new Outcome.Changed("user " + wanted.name() + would, data(change));
            }
            return verified(wanted, host, change);
        } catch (IOException e) {
            return new Outcome.Failed(
                    "host",
                    "user " + wanted.name() + ": " + Escape.line(String.valueOf(e.getMessage())),
                    data(change));
        }
    }

    private static Outcome verified(WantedUser wanted, Host host, UserChange change)
            throws IOException {
        var again = new UserChange(wanted, host, true);
        var wrong = again.conflicts();
        again.apply();
        if (wrong.isEmpty() && again.changes().isEmpty()) {
            return new Outcome.Changed("user " + wanted.name() + " is so now", data(change));
        }
        var missing = wrong.isEmpty() ? again.changes() : wrong;
        return new Outcome.Failed(
                "not-as-asked",
                "user " + wanted.name() + " is still not so: " + String.join("; ", missing),
                data(change));
    }

    private static Fields data(UserChange change) {
        List<String> lines = change.changes().stream().map(Escape::line).toList();
        var data = Fields.EMPTY.with("changes", Value.texts(lines));
        return change.uid().map(uid -> data.with("uid", uid)).orElse(data);
    }
}
