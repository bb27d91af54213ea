package io.muster.controller.cli;

import io.muster.approval.Proposal.Opened;
import io.muster.filter.Filter;
import io.muster.message.Budget;
import io.muster.message.Escape;
import io.muster.message.Identity;
import io.muster.message.Json;
import io.muster.message.ListNumbers;
import io.muster.message.NodeId;
import io.muster.message.Request;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Shows proposals: all of what others wrote is escaped. */
final class ProposalPage {
    private static final int NAMED = 20;

    private ProposalPage() {}

    /** On one line. */
    static String line(Opened opened) {
        var request = opened.request();
        return "%s  %s  %s (%s)  %s  %s  until %s"
                .formatted(
                        request.id().brief(),
                        request.sender().brief(),
                        request.action(),
                        request.actionClass(),
                        targets(opened),
                        approved(opened),
                        request.expires());
    }

    /**
     * All there is to know before one says yes: whatever the request freezes.
     *
     * @param all names each target, with what binds it, however many they are
     */
    static String page(Opened opened, boolean all) {
        var request = opened.request();
        var page = new StringBuilder();
        row(page, "request", request.id().value());
        row(page, "digest", opened.digest());
        row(page, "from", request.sender().brief() + " in " + request.fleet());
        row(
                page,
                "action",
                request.action()
                        + " ("
                        + request.actionClass()
                        + ")"
                        + (request.dryRun() ? ", dry run" : ""));
        request.arguments()
                .members()
                .forEach((name, value) -> row(page, "input", name + " = " + value));
        request.sealed()
                .parts()
                .keySet()
                .forEach(name -> row(page, "input", name + " = (sealed: not shown)"));
        if (!request.filter().equals(Filter.EVERYTHING)) {
            row(page, "filter", Json.text(request.filter().toValue()));
        }
        row(page, "collective", request.collective().value());
        targets(page, opened, all);
        row(
                page,
                "budget",
                request.bounds()
                        .budget()
                        .map(Budget::toString)
                        .orElse("(not said: up to whoever sends it)"));
        if (!request.critical().isEmpty()) {
            row(page, "critical", String.join(", ", request.critical()));
        }
        if (!request.lists().equals(ListNumbers.NONE)) {
            row(page, "lists", Json.text(request.lists().toValue()));
        }
        if (request.follow()) {
            row(page, "follow", "tells how it goes while it is under way");
        }
        row(page, "answers", "to " + request.replyTo().value());
        row(page, "issued", request.issued().toString());
        row(page, "until", request.expires().toString());
        row(page, "approved", approved(opened));
        return page.toString();
    }

    private static void targets(StringBuilder page, Opened opened, boolean all) {
        var request = opened.request();
        var most = request.bounds().maxTargets();
        var whole = most > count(opened) ? ", of a run for " + most : "";
        if (all) {
            row(page, "targets", targets(opened) + whole);
            request.targets()
                    .orElse(List.of())
                    .forEach(node -> row(page, "target", node.value() + binding(request, node)));
            return;
        }
        row(page, "targets", targets(opened) + whole + names(opened));
        if (!request.bind().isEmpty()) {
            row(page, "bound", request.bind().size() + " of them to the boot that they are in");
        }
        if (!request.nonces().isEmpty()) {
            row(
                    page,
                    "nonces",
                    "of " + request.nonces().size() + " of them, whatever their clocks say");
        }
    }

    private static String binding(Request request, NodeId node) {
        var boot = Optional.ofNullable(request.bind().get(node)).map(id -> ", boot " + id);
        var nonce = Optional.ofNullable(request.nonces().get(node)).map(id -> ", nonce " + id);
        return boot.orElse("") + nonce.orElse("");
    }

    private static void row(StringBuilder page, String name, String text) {
        page.append("%-11s%s%n".formatted(name, Escape.line(text)));
    }

    private static String targets(Opened opened) {
        if (opened.request().targets().isEmpty()) {
            return "every node that matches";
        }
        var count = count(opened);
        return count == 1 ? "1 target" : count + " targets";
    }

    /** How many nodes it names. */
    static int count(Opened opened) {
        return opened.request().targets().map(List::size).orElse(0);
    }

    private static String names(Opened opened) {
        var targets = opened.request().targets().orElse(List.of());
        if (targets.isEmpty()) {
            return "";
        }
        var first = targets.stream().limit(NAMED).map(NodeId::value);
        var more = targets.size() - NAMED;
        return ": "
                + first.collect(Collectors.joining(", "))
                + (more > 0 ? " and " + more + " more (--all-targets names them)" : "");
    }

    private static String approved(Opened opened) {
        var by = brief(opened.approvers());
        return by.size()
                + " of "
                + opened.request().bounds().approvals()
                + " approved"
                + (by.isEmpty() ? "" : " (" + String.join(", ", by) + ")");
    }

    /** For programs: whatever the request freezes. */
    static Fields form(Opened opened) {
        var request = opened.request();
        var targets = request.targets().orElse(List.of()).stream().map(NodeId::value).toList();
        var form =
                Fields.EMPTY
                        .with("id", request.id().value())
                        .with("digest", opened.digest())
                        .with("fleet", request.fleet())
                        .with("collective", request.collective().value())
                        .with("requester", request.sender().brief())
                        .with("action", request.action().value())
                        .with("class", request.actionClass().word())
                        .with("dryRun", request.dryRun())
                        .with("arguments", request.arguments())
                        .with("sealed", texts(request.sealed().parts().keySet()))
                        .with("filter", request.filter().toValue())
                        .with("targets", Value.texts(targets))
                        .with("everyNode", request.targets().isEmpty())
                        .with("bind", perNode(request.bind()))
                        .with("nonces", perNode(request.nonces()))
                        .with("critical", Value.texts(request.critical()))
                        .with("lists", request.lists().toValue())
                        .with("replyTo", request.replyTo().value())
                        .with("issued", request.issued().toString())
                        .with("expires", request.expires().toString())
                        .with("wanted", request.bounds().approvals());
        var most = request.bounds().maxTargets();
        var bounded = most > 0 ? form.with("maxTargets", most) : form;
        return request.bounds()
                .budget()
                .map(budget -> budget(bounded, budget))
                .orElse(bounded)
                .with("approvers", texts(brief(opened.approvers())));
    }

    private static Fields budget(Fields form, Budget budget) {
        var counted = form.with("batch", budget.batch()).with("maxFailed", budget.maxFailed());
        return budget.rollout().members().isEmpty()
                ? counted
                : counted.with("rollout", budget.rollout());
    }

    private static List<String> brief(List<Identity> approvers) {
        return approvers.stream().map(Identity::brief).toList();
    }

    private static Value texts(Collection<String> texts) {
        return Value.texts(List.copyOf(texts));
    }

    private static Fields perNode(Map<NodeId, String> texts) {
        var fields = new LinkedHashMap<String, Value>();
        texts.forEach((node, text) -> fields.put(node.value(), Value.of(text)));
        return new Fields(fields);
    }
}
