package io.muster.node;

import io.muster.action.ActionSpec;
import io.muster.action.Input;
import io.muster.action.InputSpec;
import io.muster.message.Identity;
import io.muster.message.Json;
import io.muster.message.Outcome;
import io.muster.message.Request;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.node.action.Action;
import io.muster.node.action.ActionContext;
import io.muster.node.action.Performed;
import io.muster.security.Sealer;
import io.muster.security.Sealer.Kind;
import io.muster.security.Sealer.Place;
import io.muster.security.SealingPublicKey;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * Stands between an action that was told secrets, or makes some, and everybody who hears of its
 * outcome: what was told secretly is taken out of messages, data and errors, wherever it stands
 * there as it was; the outputs that the spec calls secret are sealed to the caller.
 *
 * <p>An action that changes a secret before it tells it cannot be helped: it should call that
 * output secret.
 */
final class Discretion implements Action {
    private static final String NOT_SHOWN = "***";

    /** Shorter lines of a longer secret stand anywhere by chance. */
    private static final int TELLING = 8;

    private final Action action;
    private final Request request;
    private final Identity self;
    private final Optional<SealingPublicKey> caller;
    private final Sealer sealer;

    private Discretion(
            Action action,
            Request request,
            Identity self,
            Optional<SealingPublicKey> caller,
            Sealer sealer) {
        this.action = action;
        this.request = request;
        this.self = self;
        this.caller = caller;
        this.sealer = sealer;
    }

    /**
     * The action, discreet; itself if it has no secrets.
     *
     * @param caller to which secret outputs are sealed; without it they are left out
     */
    static Action around(
            Action action,
            Request request,
            Identity self,
            Optional<SealingPublicKey> caller,
            Sealer sealer) {
        var spec = action.spec();
        return spec.secrets().isEmpty() && spec.secretOutputs().isEmpty()
                ? action
                : new Discretion(action, request, self, caller, sealer);
    }

    @Override
    public ActionSpec spec() {
        return action.spec();
    }

    @Override
    public Performed run(Input input, ActionContext context) throws IOException {
        var secrets = secrets(input);
        try {
            return switch (action.run(input, context)) {
                case Performed.Done(Outcome outcome) ->
                        new Performed.Done(discreet(outcome, secrets));
                case Performed.GoingDown down -> down;
                case Performed.Left left -> left;
            };
        } catch (IOException e) {
            throw secrets.isEmpty()
                    ? e
                    : new IOException(scrubbed(String.valueOf(e.getMessage()), secrets));
        } catch (RuntimeException e) {
            throw secrets.isEmpty() ? e : quiet(e, secrets);
        }
    }

    /** The same mistake, at the same place, without its words. */
    private static RuntimeException quiet(RuntimeException e, List<String> secrets) {
        var quiet = new IllegalStateException(scrubbed(e.toString(), secrets));
        quiet.setStackTrace(e.getStackTrace());
        return quiet;
    }

    private Outcome discreet(Outcome outcome, List<String> secrets) {
        var message = scrubbed(outcome.message(), secrets);
        return switch (outcome) {
            case Outcome.Ok(_, Fields data) -> new Outcome.Ok(message, data(data, secrets));
            case Outcome.Changed(_, Fields data) ->
                    new Outcome.Changed(message, data(data, secrets));
            case Outcome.Failed(String code, _, Fields data) ->
                    new Outcome.Failed(code, message, data(data, secrets));
            case Outcome.Refused(var reason, _) -> new Outcome.Refused(reason, message);
            case Outcome.Expired _ -> new Outcome.Expired(message);
            case Outcome.Interrupted _ -> new Outcome.Interrupted(message);
            case Outcome.Cancelled(_, Fields data) ->
                    new Outcome.Cancelled(message, data(data, secrets));
        };
    }

    private Fields data(Fields data, List<String> secrets) {
        var told = new LinkedHashMap<String, Value>();
        var sealed = spec().secretOutputs();
        data.members()
                .forEach(
                        (name, value) -> {
                            if (sealed.contains(name)) {
                                sealed(name, value).ifPresent(part -> told.put(name, part));
                            } else {
                                told.put(name, scrubbed(value, secrets));
                            }
                        });
        return new Fields(told);
    }

    private Optional<Value> sealed(String name, Value value) {
        var place = new Place(Kind.RESULT, request.id(), self, request.sender(), name);
        var plain = Json.write(Fields.EMPTY.with("value", value));
        return caller.map(to -> sealer.seal(to, place, plain))
                .map(part -> Fields.EMPTY.with("sealed", part.base64()));
    }

    /** The texts to look for, the longest first: a part must not spoil the whole. */
    private List<String> secrets(Input input) {
        var texts = new ArrayList<String>();
        for (InputSpec secret : spec().secrets()) {
            input.values().member(secret.name()).ifPresent(value -> collect(value, texts));
        }
        texts.sort(Comparator.comparingInt(String::length).reversed());
        return List.copyOf(texts);
    }

    private static void collect(Value value, List<String> texts) {
        if (value instanceof Value.Items(List<Value> items)) {
            items.forEach(item -> collect(item, texts));
            return;
        }
        var text = value.toString().strip();
        if (!text.isEmpty() && value instanceof Value.Text) {
            texts.add(text);
            text.lines().map(String::strip).filter(l -> l.length() >= TELLING).forEach(texts::add);
        }
    }

    private static Value scrubbed(Value value, List<String> secrets) {
        return switch (value) {
            case Value.Text(String text) -> Value.of(scrubbed(text, secrets));
            case Value.Items(List<Value> items) ->
                    new Value.Items(items.stream().map(item -> scrubbed(item, secrets)).toList());
            case Fields fields -> scrubbed(fields, secrets);
            case Value.Whole _, Value.Decimal _, Value.Truth _, Value.Nothing _ -> value;
        };
    }

    private static Fields scrubbed(Fields fields, List<String> secrets) {
        var scrubbed = new LinkedHashMap<String, Value>();
        fields.members()
                .forEach((name, v) -> scrubbed.put(scrubbed(name, secrets), scrubbed(v, secrets)));
        return new Fields(scrubbed);
    }

    private static String scrubbed(String text, List<String> secrets) {
        var scrubbed = text;
        for (var secret : secrets) {
            scrubbed = scrubbed.replace(secret, NOT_SHOWN);
        }
        return scrubbed;
    }
}
