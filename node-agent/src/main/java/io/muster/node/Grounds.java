package io.muster.node;

import io.muster.filter.Subject;
import io.muster.journal.Disk;
import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.node.RequestJournal.Begun;
import io.muster.node.action.Action;
import io.muster.node.action.ActionContext;
import io.muster.node.action.Actions;
import io.muster.node.action.Node;
import io.muster.node.audit.AuditLog;
import io.muster.node.audit.ShownArguments;
import io.muster.node.output.Outlet;
import io.muster.node.output.OutputStore;
import io.muster.node.output.Voice;
import io.muster.node.time.Challenge;
import io.muster.node.time.HighWater;
import io.muster.node.trust.TrustDesk;
import io.muster.node.trust.TrustRules;
import io.muster.node.trust.TrustState;
import io.muster.security.Certificates;
import io.muster.security.Envelope;
import io.muster.security.KnownTime;
import io.muster.security.TrustStore;
import io.muster.security.Verifier;
import io.muster.threads.Threads;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What requests are decided on, and where that is put on record: the same for a node agent and for
 * its root helper, each over a directory of its own, so that neither can lack what the other has.
 *
 * @param known the time by which certificates and approvals are judged
 */
record Grounds(
        Identity self,
        NodeLimits limits,
        InstantSource clock,
        InstantSource known,
        AuditLog audit,
        RequestJournal journal,
        Witness witness,
        HighWater mark,
        TrustState trust,
        Verifier verifier,
        Authorizer authorizer,
        Permits permits,
        OutputStore outputs,
        Underway underway,
        Stays stays)
        implements AutoCloseable {

    /**
     * What they are made of.
     *
     * @param fleet whom this node trusts
     * @param attributes what the authority attests of this node now
     * @param state the directory of the records
     * @param file the policy of whoever administers the machine
     * @param time what is known of the time, if the clock is not trusted
     * @param disk where journal and audit log are
     * @param threads on which actions run
     */
    record Soil(
            Identity self,
            TrustStore fleet,
            Supplier<? extends Map<String, String>> attributes,
            NodeLimits limits,
            Path state,
            Authorizer file,
            Optional<KnownTime> time,
            InstantSource clock,
            RandomGenerator random,
            Logger log,
            Disk disk,
            Threads threads) {

        /** Those of a node agent. */
        static Soil of(NodeAgent.Parts parts) {
            var credentials = parts.credentials();
            return new Soil(
                    credentials.identity(),
                    credentials.trust(),
                    () -> Certificates.attributes(credentials.certificate()),
                    parts.limits(),
                    parts.state(),
                    parts.authorizer(),
                    parts.time(),
                    parts.node().clock(),
                    parts.random(),
                    parts.log(),
                    parts.disk(),
                    parts.threads());
        }
    }

    /**
     * Opens the records.
     *
     * @throws io.muster.journal.JournalInUseException if another process has the journal
     */
    static Grounds open(Soil soil) {
        var state = soil.state();
        var clock = soil.clock();
        var limits = soil.limits();
        var log = soil.log();
        var audit =
                new AuditLog(
                        state,
                        soil.self(),
                        limits.audit(),
                        clock,
                        soil.random(),
                        soil.disk(),
                        problem -> log.log(Level.ERROR, problem));
        var journal =
                RequestJournal.open(
                        state.resolve("requests.journal"),
                        clock,
                        limits.skew(),
                        limits.retention(),
                        soil.disk());
        if (journal.reopen().isEmpty()) {
            // Whoever has the journal is alone here, and has begun nothing yet.
            Machine.left(state).endLeft();
        }
        var shown = ShownArguments.with(state.resolve("audit.key"), soil.random());
        var witness = new Witness(audit, shown, clock, log);
        var known = soil.time().<InstantSource>map(time -> time).orElse(clock);
        var trust = TrustState.open(state, soil.fleet(), known, witness);
        var verifier =
                soil.time()
                        .map(time -> new Verifier(soil.fleet(), trust.revocations(), time))
                        .orElseGet(() -> new Verifier(soil.fleet(), trust.revocations(), clock));
        var file = new WitnessedPolicy(soil.file(), witness);
        var authorizer = new BundledPolicy(file, trust::policy, soil.attributes()::get, log);
        var permits =
                new Permits(
                        authorizer,
                        new Approvals(verifier, limits.skew(), known),
                        limits,
                        new Usage(state.resolve("usage.json"), clock, log),
                        clock,
                        soil.time().isPresent() ? Optional.empty() : Optional.of(clock));
        return new Grounds(
                soil.self(),
                limits,
                clock,
                known,
                audit,
                journal,
                witness,
                new HighWater(state, witness::alarm),
                trust,
                verifier,
                authorizer,
                permits,
                OutputStore.open(state.resolve("output"), limits.output(), clock),
                new Underway(limits.running(), limits.changes(), soil.threads()),
                new Stays(state.resolve("running"), limits.output().perStream()));
    }

    /** Stops what is under way. */
    List<Action> cancelling() {
        return new Cancelling(journal, underway, permits::mayStopOthers).all();
    }

    /** Stops what is under way, and tells of it, and of what keeps other things from being so. */
    List<Action> oversight(String boot, Judge judge) {
        var all = new ArrayList<>(cancelling());
        all.addAll(StatusActions.all(underway));
        all.addAll(explaining(boot, judge));
        return all;
    }

    /** Tells what keeps things from being done. */
    List<Action> explaining(String boot, Judge judge) {
        return new Explaining(self.nodeId(), boot, underway, judge).all();
    }

    /** Takes documents, as {@link TrustDesk}. */
    TrustDesk desk(TrustRules rules, Runnable ask, Consumer<Envelope> pass) {
        var quota = new TokenBuckets(limits.requestsPerMinute(), clock);
        return new TrustDesk(
                trust, rules, permits::mayLock, who -> quota.take(who.uri()), ask, pass);
    }

    /** Decides about requests, as {@link Judge}. */
    Judge judge(
            Set<Collective> collectives,
            TrustDesk desk,
            String boot,
            Supplier<Subject> subject,
            Supplier<Actions> actions,
            Secrecy secrecy) {
        return new Judge(
                new Admission(self, collectives, limits, clock, mark),
                desk,
                new BootBinding(self.nodeId(), boot),
                journal,
                subject,
                permits,
                actions,
                secrecy,
                () -> journal.reopen().or(audit::problem),
                underway);
    }

    /**
     * Takes requests, as {@link RequestHandler}.
     *
     * @param putOff where those stay that have to wait
     */
    RequestHandler handler(
            Judge judge,
            Challenge challenge,
            TrustDesk desk,
            Actions actions,
            Performer performer,
            PutOff putOff) {
        return new RequestHandler(
                self,
                judge,
                limits.requestsPerMinute(),
                clock,
                challenge,
                mark,
                verifier,
                desk,
                journal,
                actions,
                witness,
                performer,
                putOff);
    }

    /** What has to be done about once a minute. */
    void tidy() {
        witness.count();
        mark.save();
        journal.catchUp();
        outputs.tidy();
    }

    /**
     * What an action may see of its request.
     *
     * @param here whether its program will be this process's; whoever's it is, if it outlives this
     *     process the next one has to know of it
     */
    ActionContext context(Question question, Duration limit, Node node, boolean here) {
        var request = question.request();
        var stay =
                node.actions()
                        .find(request.action())
                        .flatMap(action -> stays.of(question, action.spec()))
                        .filter(_ -> here);
        return new ActionContext(
                request.id(),
                request.sender(),
                request.dryRun(),
                System.nanoTime() + limit.toNanos(),
                node,
                outlet(question, node.actions()),
                Voice.NONE,
                stay);
    }

    /** Goes on with what was begun in an earlier life; false if it has not outlived that. */
    boolean goOn(Begun begun, Actions actions, Performer performer) {
        var left = Outlived.find(begun, actions, stays, clock);
        left.ifPresent(performer::goOn);
        return left.isPresent();
    }

    /** This process ends: what is under way is finished, or left alone if it outlives that. */
    void finish() {
        stays.leave();
        try {
            underway.finish();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** This process ends at once: what outlives it is left alone. */
    void leave() {
        stays.leave();
        underway.leave();
    }

    /** Where the words of a request's program go: what is secret nowhere. */
    private Outlet outlet(Question question, Actions actions) {
        var request = question.request();
        var secret =
                !request.sealed().isEmpty()
                        || actions.find(request.action())
                                .map(action -> !action.spec().secretOutputs().isEmpty())
                                .orElse(true);
        return secret ? Outlet.NONE : inReply -> outputs.begin(question.key(), inReply);
    }

    /** Brings everything to the disk, and lets go of it. */
    @Override
    public void close() {
        mark.save();
        journal.close();
        try {
            audit.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the audit log cannot be closed", e);
        }
    }
}
