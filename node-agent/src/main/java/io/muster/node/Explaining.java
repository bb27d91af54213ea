package io.muster.node;

import io.muster.action.ActionClass;
import io.muster.action.ActionSpec;
import io.muster.action.BuiltIn;
import io.muster.action.Input;
import io.muster.filter.Filter;
import io.muster.filter.FilterException;
import io.muster.message.ActionName;
import io.muster.message.Bounds;
import io.muster.message.Bytes;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Request;
import io.muster.message.SealedArguments;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.node.action.Action;
import io.muster.node.action.ActionContext;
import io.muster.node.action.Performed;
import io.muster.node.time.Challenge.Quote;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says what speaks against carrying out a request like this one: judged as the request itself would
 * be, of the same caller with the same key, and nothing is begun, counted or written for it.
 */
final class Explaining {
    private final NodeId self;
    private final String boot;
    private final Underway underway;
    private final Judge judge;

    Explaining(NodeId self, String boot, Underway underway, Judge judge) {
        this.self = self;
        this.boot = boot;
        this.underway = underway;
        this.judge = judge;
    }

    /** The action. */
    List<Action> all() {
        return List.of(Action.of(BuiltIn.NODE_EXPLAIN, this::run));
    }

    private Performed run(Input input, ActionContext context) {
        var asked = underway.find(context.key()).map(Running::question).orElseThrow();
        Request request;
        try {
            request = imagined(asked.request(), input);
        } catch (MalformedException | FilterException e) {
            return Performed.done(
                    new Outcome.Refused(Reason.INVALID_INPUT, String.valueOf(e.getMessage())));
        }
        var question = new Question(request, asked.digest(), asked.message(), asked.envelope());
        // What asks would not be carried out with one that is not good.
        var quote = asked.request().nonces().containsKey(self) ? Quote.GOOD : Quote.NONE;
        var reasons = judge.reasons(question, quote, input.optionalText("arguments").isPresent());
        var rows = new ArrayList<Value>();
        reasons.forEach(reason -> rows.add(row(reason)));
        return Performed.done(answer(rows, terms(request.filter())));
    }

    /** What is answered with those reasons. */
    static Outcome answer(List<Value> rows, Items terms) {
        var data =
                Fields.EMPTY
                        .with("would", rows.isEmpty())
                        .with("reasons", new Items(rows))
                        .with("filter", terms);
        var message =
                rows.isEmpty() ? "it would be carried out" : rows.size() + " reasons against it";
        return new Outcome.Ok(message, data);
    }

    /** That it would end so. */
    static Fields row(Outcome outcome) {
        var reason =
                switch (outcome) {
                    case Outcome.Refused refused -> refused.reason().word();
                    case Outcome.Failed failed -> failed.code();
                    case Outcome.Ok _,
                            Outcome.Changed _,
                            Outcome.Expired _,
                            Outcome.Interrupted _,
                            Outcome.Cancelled _ ->
                            outcome.word();
                };
        return Fields.EMPTY.with("reason", reason).with("message", outcome.message());
    }

    private Items terms(Filter filter) {
        var subject = judge.subject();
        if (filter.everything()) {
            return new Items(List.of());
        }
        return new Items(
                filter.findings(subject.get()).stream()
                        .<Value>map(
                                finding ->
                                        Fields.EMPTY
                                                .with("option", finding.option())
                                                .with("text", finding.text())
                                                .with("holds", finding.holds())
                                                .with("is", finding.actual()))
                        .toList());
    }

    private Request imagined(Request asked, Input input) {
        ActionName action;
        try {
            action = new ActionName(input.text("action"));
        } catch (IllegalArgumentException e) {
            throw new MalformedException(String.valueOf(e.getMessage()), e);
        }
        var here = judge.actions().get().find(action).map(Action::spec);
        var actionClass =
                input.optionalText("class")
                        .map(ActionClass::parse)
                        .or(() -> here.map(ActionSpec::actionClass))
                        .orElse(ActionClass.READ);
        var targets = Math.toIntExact(input.optionalWhole("targets").orElse(1L));
        return new Request(
                asked.id(),
                asked.fleet(),
                asked.collective(),
                asked.sender(),
                action,
                json(input, "arguments"),
                Filter.of(json(input, "filter")),
                Optional.of(List.of(self)),
                asked.replyTo(),
                asked.issued(),
                asked.expires(),
                actionClass,
                input.optionalTruth("dry_run").orElse(false),
                Map.of(self, boot),
                List.of(),
                Map.of(),
                targets > 1 ? Bounds.targets(targets) : Bounds.NONE,
                asked.lists(),
                SealedArguments.NONE);
    }

    private static Fields json(Input input, String name) {
        return input.optionalText(name)
                .map(text -> Json.read(Bytes.utf8(text)))
                .orElse(Fields.EMPTY);
    }
}
