package io.muster.message;

import io.muster.action.ActionClass;
import io.muster.action.BuiltIn;
import io.muster.filter.Filter;
import io.muster.message.Value.Fields;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What an operator asks nodes to do. Every part is covered by the signature: nothing about a
 * request can be changed, re-aimed or stretched by whoever carries it.
 *
 * @param id names it for ever; a node accepts it at most once
 * @param fleet the fleet it is meant for
 * @param collective the collective it is meant for
 * @param sender who asks; must be the signer
 * @param action what to do
 * @param arguments the inputs of the action, as its spec names them
 * @param filter which nodes should act, evaluated by each from its own facts
 * @param targets the frozen list of nodes; absent when looking for nodes
 * @param replyTo where to answer; must belong to the sender
 * @param issued when it was made
 * @param expires when it may no longer be started, absolute
 * @param actionClass what the sender takes the action to be; a node whose spec says otherwise
 *     refuses
 * @param dryRun only say what would be done
 * @param bind per target the boot id it must still have; what was meant for an earlier boot is void
 * @param nonces per target the nonce that it announced: the request is new to it, whatever its
 *     clock says
 * @param critical names of parts that a node must understand or else refuse; none are defined yet
 * @param bounds how many approvals it needs, how many targets the run has in all, and in which
 *     steps it is sent
 * @param lists the revocation lists the sender knows: a node that knows older ones changes nothing
 *     until it has them
 * @param sealed the secret inputs, each for each target; none of them is among the arguments
 * @param manner whether it is followed, or waits for a node that is away
 */
public record Request(
        RequestId id,
        String fleet,
        Collective collective,
        Identity sender,
        ActionName action,
        Fields arguments,
        Filter filter,
        Optional<List<NodeId>> targets,
        ReplyAddress replyTo,
        Instant issued,
        Instant expires,
        ActionClass actionClass,
        boolean dryRun,
        Map<NodeId, String> bind,
        List<String> critical,
        Map<NodeId, String> nonces,
        Bounds bounds,
        ListNumbers lists,
        SealedArguments sealed,
        Manner manner) {

    /** The most targets one request may name; more are sent as several requests. */
    public static final int MAX_TARGETS = 2_000;

    /** A request that quotes no nonces, is bound to nothing, knows no list and has no secrets. */
    public Request(
            RequestId id,
            String fleet,
            Collective collective,
            Identity sender,
            ActionName action,
            Fields arguments,
            Filter filter,
            Optional<List<NodeId>> targets,
            ReplyAddress replyTo,
            Instant issued,
            Instant expires,
            ActionClass actionClass,
            boolean dryRun,
            Map<NodeId, String> bind,
            List<String> critical) {
        this(
                id,
                fleet,
                collective,
                sender,
                action,
                arguments,
                filter,
                targets,
                replyTo,
                issued,
                expires,
                actionClass,
                dryRun,
                bind,
                critical,
                Map.of(),
                Bounds.NONE,
                ListNumbers.NONE,
                SealedArguments.NONE,
                Manner.PLAIN);
    }

    /** Of a sender who does not wish to follow it. */
    public Request(
            RequestId id,
            String fleet,
            Collective collective,
            Identity sender,
            ActionName action,
            Fields arguments,
            Filter filter,
            Optional<List<NodeId>> targets,
            ReplyAddress replyTo,
            Instant issued,
            Instant expires,
            ActionClass actionClass,
            boolean dryRun,
            Map<NodeId, String> bind,
            List<String> critical,
            Map<NodeId, String> nonces,
            Bounds bounds,
            ListNumbers lists,
            SealedArguments sealed) {
        this(
                id,
                fleet,
                collective,
                sender,
                action,
                arguments,
                filter,
                targets,
                replyTo,
                issued,
                expires,
                actionClass,
                dryRun,
                bind,
                critical,
                nonces,
                bounds,
                lists,
                sealed,
                Manner.PLAIN);
    }

    public Request {
        targets = targets.map(List::copyOf);
        bind = Collections.unmodifiableMap(new LinkedHashMap<>(bind));
        critical = List.copyOf(critical);
        nonces = Collections.unmodifiableMap(new LinkedHashMap<>(nonces));
        if (!expires.isAfter(issued)) {
            throw new IllegalArgumentException("a request expires after it is issued");
        }
        if (targets.isPresent() && targets.get().size() > MAX_TARGETS) {
            throw new IllegalArgumentException(
                    targets.get().size() + " targets, and " + MAX_TARGETS + " are the most");
        }
        if (!sealed.isEmpty()) {
            checkRecipients(sealed, targets, arguments);
        }
        if (manner.queued() && (!oneTarget(targets) || actionClass == ActionClass.DESTRUCTIVE)) {
            throw new IllegalArgumentException(
                    "what waits for a node is for that node alone, and not destructive");
        }
    }

    private static boolean oneTarget(Optional<List<NodeId>> targets) {
        return targets.filter(list -> list.size() == 1).isPresent();
    }

    private static void checkRecipients(
            SealedArguments sealed, Optional<List<NodeId>> targets, Fields arguments) {
        var list =
                targets.orElseThrow(
                        () -> new IllegalArgumentException("secrets for nobody in particular"));
        var named = Set.copyOf(list);
        for (var input : sealed.parts().entrySet()) {
            if (arguments.member(input.getKey()).isPresent()) {
                throw new IllegalArgumentException(
                        input.getKey() + " is there twice, sealed and in clear");
            }
            if (!named.equals(input.getValue().keySet())) {
                throw new IllegalArgumentException(
                        input.getKey() + " is sealed to others than the targets");
            }
        }
    }

    /** For how many nodes the run is: at least as many as are named; unknown if none are. */
    public OptionalInt scale() {
        return targets.isPresent()
                ? OptionalInt.of(Math.max(targets.get().size(), bounds.maxTargets()))
                : OptionalInt.empty();
    }

    /** Of a sender who knows no revocation list. */
    public Request(
            RequestId id,
            String fleet,
            Collective collective,
            Identity sender,
            ActionName action,
            Fields arguments,
            Filter filter,
            Optional<List<NodeId>> targets,
            ReplyAddress replyTo,
            Instant issued,
            Instant expires,
            ActionClass actionClass,
            boolean dryRun,
            Map<NodeId, String> bind,
            List<String> critical,
            Map<NodeId, String> nonces,
            Bounds bounds) {
        this(
                id,
                fleet,
                collective,
                sender,
                action,
                arguments,
                filter,
                targets,
                replyTo,
                issued,
                expires,
                actionClass,
                dryRun,
                bind,
                critical,
                nonces,
                bounds,
                ListNumbers.NONE,
                SealedArguments.NONE,
                Manner.PLAIN);
    }

    /** Whether the sender wishes to hear how it goes while it is under way. */
    public boolean follow() {
        return manner.follow();
    }

    /** Whether it waits at the hub for a node that is away. */
    public boolean queued() {
        return manner.queued();
    }

    /** How long it may be started, from its issue. */
    public Duration ttl() {
        return Duration.between(issued, expires);
    }

    /**
     * Whether it sets out to change the machine. What only looks does not, nor does what only stops
     * others: neither is held up by what keeps changes from being made.
     */
    public boolean changes() {
        return actionClass != ActionClass.READ && !action.equals(BuiltIn.NODE_CANCEL.name());
    }

    /** Whether the frozen list names {@code node}, or there is none. */
    public boolean mayConcern(NodeId node) {
        return targets.map(list -> list.contains(node)).orElse(true);
    }

    /** The payload of its envelope. */
    public Bytes encode() {
        var fields = new LinkedHashMap<String, Value>();
        fields.put("id", Value.of(id.value()));
        fields.put("fleet", Value.of(fleet));
        fields.put("collective", Value.of(collective.value()));
        fields.put("sender", Value.of(sender.uri()));
        fields.put("action", Value.of(action.value()));
        fields.put("args", arguments);
        fields.put("filter", filter.toValue());
        targets.ifPresent(
                list ->
                        fields.put(
                                "targets", Value.texts(list.stream().map(NodeId::value).toList())));
        fields.put("replyTo", Value.of(replyTo.value()));
        fields.put("issued", Value.of(issued.toEpochMilli()));
        fields.put("expires", Value.of(expires.toEpochMilli()));
        fields.put("class", Value.of(actionClass.word()));
        fields.put("dryRun", Value.of(dryRun));
        if (!bind.isEmpty()) {
            fields.put("bind", perNode(bind));
        }
        if (!critical.isEmpty()) {
            fields.put("critical", Value.texts(critical));
        }
        if (!nonces.isEmpty()) {
            fields.put("nonces", perNode(nonces));
        }
        if (bounds.approvals() > 0) {
            fields.put("approvals", Value.of(bounds.approvals()));
        }
        if (bounds.maxTargets() > 0) {
            fields.put("maxTargets", Value.of(bounds.maxTargets()));
        }
        bounds.budget()
                .ifPresent(
                        budget -> {
                            fields.put("batch", Value.of(budget.batch()));
                            fields.put("maxFailed", Value.of(budget.maxFailed()));
                            if (!budget.rollout().members().isEmpty()) {
                                fields.put("rollout", budget.rollout());
                            }
                        });
        if (!lists.equals(ListNumbers.NONE)) {
            fields.put("lists", lists.toValue());
        }
        if (!sealed.isEmpty()) {
            fields.put("sealed", sealed.toValue());
        }
        manner.write(fields);
        return Json.write(new Fields(fields));
    }

    /**
     * Reads a payload whose signature is good.
     *
     * @throws MalformedException if anything is missing, unknown or out of bounds
     */
    public static Request decode(Bytes payload) {
        var reader = new FieldReader("request", Json.read(payload));
        try {
            var request =
                    new Request(
                            reader.text("id", RequestId::new),
                            reader.text("fleet"),
                            reader.text("collective", Collective::new),
                            reader.text("sender", Identity::parse),
                            reader.text("action", ActionName::new),
                            reader.fields("args"),
                            Filter.of(reader.fields("filter")),
                            reader.optionalTexts("targets", NodeId::new),
                            reader.text("replyTo", ReplyAddress::new),
                            reader.instant("issued"),
                            reader.instant("expires"),
                            reader.text("class", ActionClass::parse),
                            reader.truth("dryRun"),
                            perNode("bind", reader),
                            reader.optionalTexts("critical", name -> name).orElse(List.of()),
                            perNode("nonces", reader),
                            Bounds.read(reader),
                            reader.optionalFields("lists")
                                    .map(ListNumbers::of)
                                    .orElse(ListNumbers.NONE),
                            reader.optionalFields("sealed")
                                    .map(SealedArguments::of)
                                    .orElse(SealedArguments.NONE),
                            Manner.read(reader));
            reader.done();
            return request;
        } catch (MalformedException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new MalformedException("request: " + e.getMessage(), e);
        }
    }

    private static Fields perNode(Map<NodeId, String> texts) {
        var fields = new LinkedHashMap<String, Value>();
        texts.forEach((node, text) -> fields.put(node.value(), Value.of(text)));
        return new Fields(fields);
    }

    private static Map<NodeId, String> perNode(String name, FieldReader request) {
        var fields = request.optionalFields(name).orElse(Fields.EMPTY);
        var texts = new LinkedHashMap<NodeId, String>();
        var reader = new FieldReader(name, fields);
        fields.members().keySet().forEach(node -> texts.put(new NodeId(node), reader.text(node)));
        return texts;
    }
}
