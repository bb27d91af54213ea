package io.muster.node;

import io.muster.action.ActionSpec;
import io.muster.action.Input;
import io.muster.action.InputSpec;
import io.muster.message.Bytes;
import io.muster.message.Escape;
import io.muster.message.Identity;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.Reason;
import io.muster.message.Request;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.node.action.Action;
import io.muster.security.Certificates;
import io.muster.security.Envelope;
import io.muster.security.Sealer;
import io.muster.security.Sealer.Kind;
import io.muster.security.Sealer.Place;
import io.muster.security.Sealer.SealException;
import io.muster.security.SealingKey;
import io.muster.security.SealingPublicKey;
import io.muster.security.SecurityFileException;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Opens the secrets of a request that are sealed to this node, refuses those that came another way,
 * and has what an action tells secretly sealed to the caller. Thread-safe.
 */
final class Secrecy {
    private final Identity self;
    private final Optional<Supplier<Optional<SealingKey>>> key;
    private final Sealer sealer;

    /**
     * @param key this node's; asked for only when something is sealed
     */
    Secrecy(Identity self, Supplier<Optional<SealingKey>> key, SecureRandom random) {
        this(self, Optional.of(key), random);
    }

    private Secrecy(
            Identity self, Optional<Supplier<Optional<SealingKey>>> key, SecureRandom random) {
        this.self = self;
        this.key = key;
        this.sealer = new Sealer(random);
    }

    /** Of a node agent whose root helper has the key: what is sealed is decided there. */
    static Secrecy elsewhere(Identity self, SecureRandom random) {
        return new Secrecy(self, Optional.empty(), random);
    }

    /** Whether what is sealed to this node can be opened, here or by whoever has its key. */
    boolean opens() {
        return key.isEmpty() || key.get().get().isPresent();
    }

    /** What became of a request's arguments. */
    sealed interface Opened {
        /**
         * The arguments in clear: to be shown to nobody.
         *
         * @param unseen the names of those that stay sealed here
         */
        record Arguments(Fields all, Set<String> unseen) implements Opened {
            public Arguments {
                unseen = Set.copyOf(unseen);
            }
        }

        /** Not as it should be. */
        record Refused(Reason reason, String message) implements Opened {}
    }

    /** All arguments of a request for an action that is such. */
    Opened open(Request request, ActionSpec spec) {
        var clear = inClear(request, spec);
        if (clear.isPresent()) {
            return new Opened.Refused(Reason.SECRET_IN_CLEAR, clear.get());
        }
        var all = request.arguments();
        var unseen = new HashSet<String>();
        for (var name : request.sealed().parts().keySet()) {
            if (spec.input(name).filter(InputSpec::secret).isEmpty()) {
                return new Opened.Refused(
                        Reason.INVALID_INPUT,
                        spec.name() + ": no secret input " + Escape.quoted(name) + " here");
            }
            var part = request.sealed().part(name, self.nodeId());
            var value = part.flatMap(p -> open(request, name, p));
            if (part.isPresent() && key.isEmpty()) {
                unseen.add(name);
                continue;
            }
            if (value.isEmpty()) {
                return new Opened.Refused(
                        Reason.NOT_SEALED,
                        spec.name() + ": " + name + " is not sealed to this node for this request");
            }
            all = all.with(name, value.get());
        }
        return new Opened.Arguments(all, unseen);
    }

    /** What is wrong with a request that says what is to be sealed, if one does. */
    static Optional<String> inClear(Request request, ActionSpec spec) {
        return spec.secrets().stream()
                .map(InputSpec::name)
                .filter(name -> request.arguments().member(name).isPresent())
                .findFirst()
                .map(
                        name ->
                                spec.name()
                                        + ": "
                                        + name
                                        + " is secret and came in clear: choose another, and seal"
                                        + " it");
    }

    /**
     * The arguments as they were given, those that were opened here in clear: for the audit log.
     */
    static Fields given(Request request, Input input) {
        var given = request.arguments();
        for (var name : request.sealed().parts().keySet()) {
            var value = input.values().member(name);
            given = value.isPresent() ? given.with(name, value.get()) : given;
        }
        return given;
    }

    /**
     * The action, with what it was told and tells in secret kept secret; empty if it tells secrets
     * and there is no key to seal them to.
     */
    Optional<Action> discreet(Question question, Action action) {
        var caller = Optional.<SealingPublicKey>empty();
        if (!action.spec().secretOutputs().isEmpty()) {
            caller = sealingKey(question.message());
            if (caller.isEmpty()) {
                return Optional.empty();
            }
        }
        return Optional.of(Discretion.around(action, question.request(), self, caller, sealer));
    }

    /** Of the caller, in the certificate that came with the request and was verified with it. */
    private static Optional<SealingPublicKey> sealingKey(Bytes message) {
        try {
            var certificate = Envelope.decode(message).certificates().getFirst();
            return Certificates.sealingKey(Certificates.parse(certificate));
        } catch (MalformedException _) {
            return Optional.empty();
        }
    }

    private Optional<Value> open(Request request, String name, Bytes part) {
        var place = new Place(Kind.ARGUMENT, request.id(), request.sender(), self, name);
        try {
            var mine = key.flatMap(Supplier::get);
            return mine.isEmpty()
                    ? Optional.empty()
                    : Optional.of(value(Sealer.open(mine.get(), place, part)));
        } catch (SealException | MalformedException | SecurityFileException _) {
            return Optional.empty();
        }
    }

    private static Value value(Bytes plain) {
        return Json.read(plain)
                .member("value")
                .orElseThrow(() -> new MalformedException("no value"));
    }
}
