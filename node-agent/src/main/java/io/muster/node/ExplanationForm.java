package io.muster.node;

import io.muster.message.Json;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.policy.Check;
import io.muster.policy.Policy.Decision;
import io.muster.policy.Policy.Explanation;
import io.muster.policy.Policy.Finding;

/** A decision and what led to it, for people and for programs. */
final class ExplanationForm {
    private ExplanationForm() {}

    static String text(Explanation explanation) {
        var text = new StringBuilder();
        text.append(
                switch (explanation.decision()) {
                    case Decision.Allowed allowed -> "allowed by " + allowed.basis();
                    case Decision.Own() ->
                            "allowed without a rule for what the caller has asked for, and for"
                                    + " nothing else";
                    case Decision.Denied(var reason, String why) ->
                            "refused: " + reason + ": " + why;
                });
        text.append('\n');
        for (var finding : explanation.findings()) {
            text.append(heading(finding)).append('\n');
            finding.checks().forEach(check -> text.append(line(check)).append('\n'));
        }
        return text.toString();
    }

    private static String heading(Finding finding) {
        var rule = finding.rule();
        return "\nrule "
                + finding.number()
                + (rule.name().isEmpty() ? "" : " (" + rule.name() + ")")
                + (rule.allow() ? " allows" : " denies")
                + (finding.applies() ? ": applies" : ": does not apply");
    }

    private static String line(Check check) {
        return "  %-8s %-17s %s"
                .formatted(check.holds().word(), check.condition().word(), check.why());
    }

    static String json(Explanation explanation) {
        var fields =
                switch (explanation.decision()) {
                    case Decision.Allowed allowed ->
                            Fields.EMPTY
                                    .with("allowed", true)
                                    .with("rule", allowed.number())
                                    .with("why", allowed.basis());
                    case Decision.Own own ->
                            Fields.EMPTY
                                    .with("allowed", true)
                                    .with("own", true)
                                    .with("why", own.basis());
                    case Decision.Denied(var reason, String why) ->
                            Fields.EMPTY
                                    .with("allowed", false)
                                    .with("reason", reason.word())
                                    .with("why", why);
                };
        var rules = explanation.findings().stream().<Value>map(ExplanationForm::form).toList();
        return Json.pretty(fields.with("rules", new Items(rules))) + "\n";
    }

    private static Fields form(Finding finding) {
        var checks =
                finding.checks().stream()
                        .<Value>map(
                                check ->
                                        Fields.EMPTY
                                                .with("condition", check.condition().word())
                                                .with("holds", check.holds().word())
                                                .with("why", check.why()))
                        .toList();
        return Fields.EMPTY
                .with("number", finding.number())
                .with("name", finding.rule().name())
                .with("effect", finding.rule().allow() ? "allow" : "deny")
                .with("applies", finding.applies())
                .with("conditions", new Items(checks));
    }
}
