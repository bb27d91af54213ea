package io.muster.controller.discovery;

import io.muster.action.ActionClass;
import io.muster.controller.ask.Caller;
import io.muster.controller.ask.Question;
import io.muster.filter.Filter;
import io.muster.filter.Subject;
import io.muster.message.ActionName;
import io.muster.message.Bytes;
import io.muster.message.Escape;
import io.muster.message.FieldReader;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reply;
import io.muster.message.Request;
import io.muster.message.Role;
import io.muster.message.Spans;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.security.Attested;
import io.muster.security.Attributes;
import io.muster.security.SealingPublicKey;
import io.muster.transport.Destination;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds out to whom secrets may be sealed: to nodes that were chosen by what their certificates
 * say, with the keys that stand in their certificates. The hub hands the certificates out and is
 * not believed: each is checked here as if it came from a stranger.
 */
public final class Recipients {
    private static final ActionName PRESENCE = new ActionName("hub.presence");
    private static final Fields CERTIFICATES =
            Fields.EMPTY.with("columns", Value.texts(List.of("certificate")));
    private static final int NAMED = 5;

    private final Caller caller;
    private final Patience patience;

    /** Nodes that secrets cannot or must not be sent to; the message says which, and what to do. */
    public static final class NoRecipientException extends RuntimeException {
        private static final long serialVersionUID = 1;

        NoRecipientException(String message) {
            super(message);
        }
    }

    public Recipients(Caller caller, Patience patience) {
        this.caller = caller;
        this.patience = patience;
    }

    /**
     * Refuses a choice of nodes that depends on what nodes say of themselves: facts, classes,
     * actions. One that lies could have the secrets of others.
     *
     * @throws NoRecipientException if it does
     */
    public static void checkFilter(Filter filter) {
        if (!Search.of(filter).byNameAlone()) {
            throw new NoRecipientException(
                    "with a secret, nodes are chosen by what their certificates say, and facts,"
                        + " classes and actions are what nodes say of themselves: name the nodes by"
                        + " id (-I, --nodes), or by attribute (--attested)");
        }
    }

    /**
     * Refuses targets that are meant by a host name, which every node gives itself.
     *
     * @throws NoRecipientException naming them
     */
    public static void checkNames(Search search, List<Target> targets) {
        var misnamed =
                targets.stream()
                        .filter(
                                target ->
                                        !search.filter().matches(itsIdAlone(target))
                                                || search.only()
                                                        .filter(
                                                                o ->
                                                                        !o.contains(
                                                                                target.id()
                                                                                        .value()))
                                                        .isPresent())
                        .toList();
        if (!misnamed.isEmpty()) {
            throw new NoRecipientException(
                    "with a secret, nodes are named by id, and a host name is what a node calls"
                            + " itself: "
                            + listed(
                                    misnamed.stream()
                                            .map(t -> Escape.line(t.name()) + " is " + t.id())
                                            .toList()));
        }
    }

    private static Subject itsIdAlone(Target target) {
        return new Subject(target.id(), target.id().value(), Fields.EMPTY, Set.of(), Set.of());
    }

    /**
     * Those of which the authority attests these attributes.
     *
     * @throws NoRecipientException if the hub does not answer
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public Targets attested(Targets found, Attributes wanted) throws InterruptedException {
        var certificates = certificates(found.all());
        var chosen =
                found.all().stream()
                        .filter(
                                target ->
                                        Optional.ofNullable(certificates.get(target.id()))
                                                .filter(known -> attests(known, wanted))
                                                .isPresent())
                        .toList();
        var targets =
                new Targets(chosen, found.unknown(), found.method(), found.took(), found.notices());
        var unknown = found.all().size() - certificates.size();
        return unknown == 0
                ? targets
                : targets.noting(
                        unknown
                                + " nodes have not shown the hub a certificate to be believed since"
                                + " it started, so nothing is known to be attested of them");
    }

    /**
     * The keys of these nodes.
     *
     * @throws NoRecipientException if one has no certificate that is good, with such a key
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public Map<NodeId, SealingPublicKey> keys(List<Target> targets) throws InterruptedException {
        var certificates = certificates(targets);
        var keys = new LinkedHashMap<NodeId, SealingPublicKey>();
        var without = new ArrayList<String>();
        for (var target : targets) {
            var key = Optional.ofNullable(certificates.get(target.id())).flatMap(Attested::sealing);
            key.ifPresentOrElse(
                    found -> keys.put(target.id(), found), () -> without.add(target.id().value()));
        }
        if (!without.isEmpty()) {
            throw new NoRecipientException(
                    "nothing was sent: no certificate to be believed, with a key to seal secrets"
                            + " to, is known of "
                            + listed(without)
                            + ": leave them out, or have them join anew");
        }
        return keys;
    }

    /**
     * What the certificates of these nodes say, as far as the hub knows them and they are good.
     *
     * @throws NoRecipientException if the hub does not answer
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public Map<NodeId, Attested> certificates(List<Target> targets) throws InterruptedException {
        var good = new LinkedHashMap<NodeId, Attested>();
        for (int from = 0; from < targets.size(); from += Request.MAX_TARGETS) {
            var share = targets.subList(from, Math.min(from + Request.MAX_TARGETS, targets.size()));
            ask(share.stream().map(Target::id).toList(), good);
        }
        return good;
    }

    private void ask(List<NodeId> ids, Map<NodeId, Attested> good) throws InterruptedException {
        var question =
                new Question(
                        PRESENCE,
                        ActionClass.READ,
                        CERTIFICATES,
                        Filter.EVERYTHING,
                        Optional.of(ids),
                        Map.of(),
                        false,
                        patience.ttl());
        var asked = caller.sign(question);
        try (var replies = caller.listen(Map.of(asked, Role.HUB))) {
            caller.send(asked, List.of(new Destination.Hub()));
            var last = -1;
            var seen = 0;
            while (last < 0 || seen <= last) {
                var reply = replies.next(patience.hub()).orElseThrow(this::silent).reply();
                seen++;
                switch (reply.answer()) {
                    case Reply.Answer.Part(Fields data) -> take(data, good);
                    case Reply.Answer.Accepted _, Reply.Answer.Armed _ -> {}
                    case Reply.Answer.Final(Outcome.Ok _) -> last = reply.sequence();
                    case Reply.Answer.Final(Outcome outcome) ->
                            throw new NoRecipientException(
                                    "the hub would not hand out the certificates of the nodes: "
                                            + Escape.line(outcome.message()));
                }
            }
        }
    }

    private NoRecipientException silent() {
        return silent(patience.hub());
    }

    private static NoRecipientException silent(Duration after) {
        return new NoRecipientException(
                "the hub did not hand out the certificates of the nodes within "
                        + Spans.print(after)
                        + ", and nobody else has them: is it running? (muster doctor)");
    }

    private void take(Fields data, Map<NodeId, Attested> good) {
        try {
            for (var row :
                    new FieldReader("presence", data).optionalItems("nodes").orElse(List.of())) {
                if (row instanceof Fields fields) {
                    var reader = new FieldReader("presence", fields);
                    var id = reader.text("id", NodeId::new);
                    reader.optionalText("certificate", Bytes::base64)
                            .flatMap(der -> verified(id, der))
                            .ifPresent(certificate -> good.put(id, certificate));
                }
            }
        } catch (MalformedException e) {
            throw new NoRecipientException("the hub's answer makes no sense: " + e.problem());
        }
    }

    private Optional<Attested> verified(NodeId id, Bytes der) {
        return caller.attested(der)
                .filter(holder -> holder.identity().role() == Role.NODE)
                .filter(holder -> holder.identity().nodeId().equals(id));
    }

    private static boolean attests(Attested holder, Attributes wanted) {
        return holder.attributes().entrySet().containsAll(wanted.values().entrySet());
    }

    private static String listed(List<String> all) {
        var some = String.join(", ", all.subList(0, Math.min(NAMED, all.size())));
        return all.size() > NAMED ? some + " and " + (all.size() - NAMED) + " more" : some;
    }
}
