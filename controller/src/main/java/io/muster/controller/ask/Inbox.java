package io.muster.controller.ask;

import io.muster.message.Bytes;
import io.muster.message.Escape;
import io.muster.message.Identity;
import io.muster.message.ListNumbers;
import io.muster.message.MalformedException;
import io.muster.message.Reply;
import io.muster.message.Reply.Answer.Accepted;
import io.muster.message.Reply.Answer.Part;
import io.muster.message.RequestId;
import io.muster.message.Role;
import io.muster.security.PayloadType;
import io.muster.security.Verification.Trusted;
import io.muster.security.Verification.Untrusted;
import io.muster.security.Verifier;
import io.muster.threads.Threads;
import io.muster.threads.Threads.Workers;
import io.muster.transport.Receiver;

import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Takes whatever arrives at the reply address and lets through what is genuine: signed by this
 * fleet, by the very sender the reply names, in a role that may answer, about the very bytes that
 * were sent. Everything else is counted as a {@link Stray}.
 *
 * <p>Signatures are checked on a few platform threads, because that is work for the processor and
 * not waiting; when they are all busy the transport's own thread helps, which slows the bus down to
 * our pace instead of filling the memory. Nothing that arrives can make it throw.
 */
final class Inbox implements Receiver, AutoCloseable {
    private static final Set<Role> ANSWERING = Set.of(Role.NODE, Role.HUB);
    private static final int WAITING = 4_096;
    private static final long MOST_FROM_NODE = 4L << 20;

    /** A last word, a word before it, and some repetitions. */
    private static final int MOST_ANSWERS_OF_NODE = 8;

    /** In messages that wait to be judged. */
    private static final int MOST_WAITING_KIB = 32 << 10;

    /** Of what a node says while it is at one request. */
    private static final long MOST_LIVE = 256L << 20;

    private static final long MOST_FROM_HUB = 256L << 20;

    private final Verifier verifier;
    private final SealedResults sealed;
    private final Strays strays;
    private final Consumer<Bytes> heads;
    private final Threads threads;
    private final Workers workers;
    private final Semaphore room = new Semaphore(MOST_WAITING_KIB);
    private final Spill spill;
    private final Map<RequestId, Expected> expected = new ConcurrentHashMap<>();
    private final AtomicReference<ListNumbers> told = new AtomicReference<>(ListNumbers.NONE);
    private final AtomicReference<Optional<Consumer<Reply>>> follower =
            new AtomicReference<>(Optional.empty());
    private final Set<RequestId> over = ConcurrentHashMap.newKeySet();

    /** What is awaited for one request; {@code taken} and {@code live} count for each sender. */
    private record Expected(
            Asked asked,
            Role role,
            BlockingQueue<Received> to,
            Map<Identity, Taken> taken,
            Map<Identity, Long> live,
            Set<Identity> receipts,
            AtomicReference<Optional<String>> approvals) {
        Expected(Asked asked, Role role, BlockingQueue<Received> to) {
            this(
                    asked,
                    role,
                    to,
                    new ConcurrentHashMap<>(),
                    new ConcurrentHashMap<>(),
                    ConcurrentHashMap.newKeySet(),
                    new AtomicReference<>(Optional.empty()));
        }

        /** However often a receipt is copied, it takes nothing from what comes after it. */
        boolean knows(Reply reply) {
            return reply.answer() instanceof Accepted && !receipts.add(reply.sender());
        }

        /** Somebody else may have sent it to the node before it was approved. */
        boolean judgedWithout(Reply reply) {
            return reply.attached().isPresent() && !reply.attached().get().equals(sent());
        }

        /** Looked up once, however often nodes speak of it. */
        private String sent() {
            var known = Objects.requireNonNull(approvals.get()).orElseGet(asked::approvals);
            approvals.set(Optional.of(known));
            return known;
        }
    }

    /** What came from one sender. */
    private record Taken(int answers, long bytes) {
        Taken plus(Taken other) {
            return new Taken(answers + other.answers, bytes + other.bytes);
        }
    }

    /** One message, and when it came in. */
    private record Message(Bytes body, long arrived) {}

    Inbox(
            Verifier verifier,
            SealedResults sealed,
            Strays strays,
            Consumer<Bytes> heads,
            Threads threads) {
        this(verifier, sealed, strays, heads, new Spill(), threads);
    }

    /**
     * @param spill closed with this
     */
    Inbox(
            Verifier verifier,
            SealedResults sealed,
            Strays strays,
            Consumer<Bytes> heads,
            Spill spill,
            Threads threads) {
        this.spill = spill;
        this.threads = threads;
        this.verifier = verifier;
        this.sealed = sealed;
        this.strays = strays;
        this.heads = heads;
        this.workers = threads.workers("inbox", WAITING);
    }

    /** From now on, lets through what {@code role} answers to these. */
    Replies expect(Map<Asked, Role> questions) {
        var to = new LinkedBlockingQueue<Received>();
        var replies = new Replies(to, threads, more -> enter(more, to), this::end);
        replies.also(questions);
        return replies;
    }

    private void enter(Map<Asked, Role> questions, BlockingQueue<Received> to) {
        questions.forEach((asked, role) -> expected.put(asked.id(), new Expected(asked, role, to)));
    }

    /** From now on, answers to these are late. */
    void end(Collection<RequestId> ids) {
        over.addAll(ids);
        ids.forEach(expected::remove);
    }

    @Override
    public void receive(Bytes body) {
        var message = new Message(body, threads.ticks());
        if (Objects.requireNonNull(follower.get()).isPresent()) {
            judgeSafely(message);
            return;
        }
        var size = Math.clamp(body.length() >> 10, 1, MOST_WAITING_KIB);
        room.acquireUninterruptibly(size);
        try {
            workers.execute(
                    () -> {
                        try {
                            judgeSafely(message);
                        } finally {
                            room.release(size);
                        }
                    });
        } catch (RejectedExecutionException _) {
            room.release(size);
        }
    }

    /** A parser that trips over hostile bytes makes a stray, not a dead thread. */
    private void judgeSafely(Message message) {
        try {
            judge(message);
        } catch (RuntimeException | StackOverflowError e) {
            strays.add(Stray.Kind.UNREADABLE, "-", e.toString());
        }
    }

    private void judge(Message message) {
        switch (verifier.verify(message.body(), PayloadType.REPLY, ANSWERING)) {
            case Untrusted(var flaw, var problem) ->
                    strays.add(Stray.Kind.UNVERIFIED, "-", flaw + ": " + problem);
            case Trusted(Identity signer, Bytes payload) -> {
                try {
                    sort(signer, Reply.decode(payload), message);
                } catch (MalformedException e) {
                    strays.add(Stray.Kind.UNREADABLE, signer.brief(), e.problem());
                }
            }
        }
    }

    private void sort(Identity signer, Reply reply, Message message) {
        if (!reply.sender().equals(signer)) {
            stray(Stray.Kind.WRONG_SENDER, signer, "speaks for " + reply.sender().brief());
            return;
        }
        var awaited = expected.get(reply.request());
        if (awaited == null) {
            var late = over.contains(reply.request());
            stray(late ? Stray.Kind.LATE : Stray.Kind.NOT_ASKED, signer, "to " + reply.request());
        } else if (signer.role() != awaited.role()) {
            stray(Stray.Kind.WRONG_SENDER, signer, "has no say in " + reply.request());
        } else if (!reply.digest().equals(awaited.asked().digest())) {
            var digest = Escape.quoted(reply.digest());
            stray(Stray.Kind.WRONG_DIGEST, signer, "answers a request with the digest " + digest);
        } else if (awaited.judgedWithout(reply)) {
            stray(Stray.Kind.WRONG_DIGEST, signer, "speaks of other approvals than were sent");
        } else if (reply.answer() instanceof Part && signer.role() == Role.NODE) {
            goesOn(awaited, reply, message.body().length());
        } else if (!awaited.knows(reply)) {
            take(awaited, reply, message);
        }
    }

    private void take(Expected awaited, Reply reply, Message message) {
        var signer = reply.sender();
        if (tooMuch(awaited, signer, message.body().length())) {
            stray(Stray.Kind.TOO_MUCH, signer, "answers more than one request is worth");
        } else {
            if (reply.audit().isPresent()) {
                heads.accept(message.body());
            }
            reply.lists().ifPresent(this::note);
            // What is too large for the memory goes to the disk as it came: sealed.
            var kept = spill.keep(reply);
            awaited.to()
                    .add(
                            new Received(
                                    sealed.open(kept),
                                    kept,
                                    message.arrived(),
                                    kept.equals(reply)));
        }
    }

    /** Word of what is under way: for whoever follows it now, and for nobody later. */
    private void goesOn(Expected awaited, Reply reply, int size) {
        var all = awaited.live().merge(reply.sender(), (long) size, Long::sum);
        if (all > MOST_LIVE) {
            stray(Stray.Kind.TOO_MUCH, reply.sender(), "says more than anybody can follow");
            return;
        }
        Objects.requireNonNull(follower.get()).ifPresent(f -> f.accept(reply));
    }

    /**
     * From now on, hands on what nodes say of requests that are under way, and judges all that
     * comes one after the other: no last word overtakes what was said before it.
     */
    void follow(Consumer<Reply> other) {
        follower.set(Optional.of(other));
    }

    private void note(ListNumbers lists) {
        told.updateAndGet(lists::newest);
    }

    /** The newest lists that anybody who answered claims to know. */
    ListNumbers told() {
        return Objects.requireNonNull(told.get());
    }

    private static boolean tooMuch(Expected awaited, Identity signer, int size) {
        var all = awaited.taken().merge(signer, new Taken(1, size), Taken::plus);
        return awaited.role() == Role.HUB
                ? all.bytes() > MOST_FROM_HUB
                : all.bytes() > MOST_FROM_NODE || all.answers() > MOST_ANSWERS_OF_NODE;
    }

    private void stray(Stray.Kind kind, Identity signer, String problem) {
        strays.add(kind, signer.brief(), problem);
    }

    /** The reply with what is secret of it in clear. */
    Reply opened(Reply reply) {
        return sealed.open(reply);
    }

    /** What still waits to be judged is dropped. */
    @Override
    public void close() {
        workers.close();
        room.release(MOST_WAITING_KIB);
        spill.close();
    }
}
