package io.muster.controller.mask;

import io.muster.controller.mask.Variable.Kind;
import io.muster.message.Outcome;
import io.muster.message.Value;
import io.muster.message.Value.Decimal;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.message.Value.Text;
import io.muster.message.Value.Whole;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.BiFunction;

/** Goes through an answer once, from its message to its last value, and makes another of it. */
final class Walk {
    /** Before a letter of our own; one in the answer is doubled. */
    private static final char SIGN = 0;

    private final Self self;
    private final BiFunction<Integer, Variable, Variable> fill;
    private final StringBuilder said = new StringBuilder();
    private final List<Variable> variables = new ArrayList<>();
    private boolean sound = true;

    Walk(Self self, BiFunction<Integer, Variable, Variable> fill) {
        this.self = self;
        this.fill = fill;
    }

    String said() {
        return said.toString();
    }

    List<Variable> variables() {
        return List.copyOf(variables);
    }

    boolean sound() {
        return sound;
    }

    Outcome outcome(Outcome outcome) {
        var message = text(outcome.message());
        return switch (outcome) {
            case Outcome.Ok(_, Fields data) -> new Outcome.Ok(message, fields(data));
            case Outcome.Changed(_, Fields data) -> new Outcome.Changed(message, fields(data));
            case Outcome.Failed(String code, _, Fields data) ->
                    new Outcome.Failed(code, message, fields(data));
            case Outcome.Refused(var reason, _) -> new Outcome.Refused(reason, message);
            case Outcome.Expired _ -> new Outcome.Expired(message);
            case Outcome.Interrupted _ -> new Outcome.Interrupted(message);
            case Outcome.Cancelled(_, Fields data) -> new Outcome.Cancelled(message, fields(data));
        };
    }

    private Value value(Value value) {
        return switch (value) {
            case Text(String text) -> {
                sign('t');
                yield new Text(text(text));
            }
            case Whole(long number) -> {
                sign('w');
                var filled = number(Long.toString(number));
                yield marked(filled) ? new Text(filled) : new Whole(Long.parseLong(filled));
            }
            case Decimal(BigDecimal number) -> {
                sign('d');
                var filled = number(number.toString());
                yield marked(filled) ? new Text(filled) : new Decimal(new BigDecimal(filled));
            }
            case Value.Truth(boolean truth) -> {
                sign(truth ? 'y' : 'n');
                yield value;
            }
            case Value.Nothing() -> {
                sign('0');
                yield value;
            }
            case Items items -> items(items);
            case Fields fields -> fields(fields);
        };
    }

    private Items items(Items items) {
        sign('[');
        var walked = items.items().stream().map(this::value).toList();
        sign(']');
        return new Items(walked);
    }

    private Fields fields(Fields fields) {
        sign('{');
        var walked = new LinkedHashMap<String, Value>();
        fields.members()
                .forEach(
                        (name, value) -> {
                            sign('k');
                            same(name, 0, name.length());
                            walked.put(name, value(value));
                        });
        sign('}');
        return new Fields(walked);
    }

    private String text(String text) {
        if (said.length() + text.length() > Masked.MOST_TEXT) {
            sound = false;
            return text;
        }
        var filled = new StringBuilder(text.length() + 16);
        Words.split(
                text,
                self,
                new Words.Taker() {
                    @Override
                    public void same(String whole, int from, int to) {
                        Walk.this.same(whole, from, to);
                        filled.append(whole, from, to);
                    }

                    @Override
                    public void differs(Variable variable) {
                        var other = variable(variable);
                        filled.append(other.before()).append(other.text()).append(other.after());
                    }
                });
        return filled.toString();
    }

    private String number(String text) {
        return variable(new Variable(Kind.NUMBER, "", text, "")).text();
    }

    private Variable variable(Variable variable) {
        var index = variables.size();
        variables.add(variable);
        sound &= index < Masked.MOST_VARIABLES;
        said.append(SIGN).append(variable.kind().letter());
        return fill.apply(index, variable);
    }

    private void same(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            var c = text.charAt(i);
            sound &= c != Masked.OPEN && c != Masked.CLOSE;
            said.append(c);
            if (c == SIGN) {
                said.append(c);
            }
        }
    }

    private void sign(char sign) {
        said.append(SIGN).append(sign);
    }

    private static boolean marked(String filled) {
        return filled.charAt(0) == Masked.OPEN;
    }
}
