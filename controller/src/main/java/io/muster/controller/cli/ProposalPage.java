package io.muster.controller.cli;

import io.muster.approval.Proposal.Opened;
import io.muster.filter.Filter;
import io.muster.message.Escape;
import io.muster.message.Identity;
import io.muster.message.Json;
import io.muster.message.NodeId;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import java.util.List;
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

    /** All there is to know before one says yes. */
    static String page(Opened opened) {
        var request = opened.request();
        var page = new StringBuilder();
        row(page, "request", request.id().value());
        row(page, "digest", opened.digest());
        row(page, "from", request.sender().brief());
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
        if (!request.filter().equals(Filter.EVERYTHING)) {
            row(page, "filter", Json.text(request.filter().toValue()));
        }
        row(page, "collective", request.collective().value());
        row(page, "targets", targets(opened) + ": " + names(opened));
        row(page, "until", request.expires().toString());
        row(page, "approved", approved(opened));
        return page.toString();
    }

    private static void row(StringBuilder page, String name, String text) {
        page.append("%-11s%s%n".formatted(name, Escape.line(text)));
    }

    private static String targets(Opened opened) {
        var count = count(opened);
        return count == 1 ? "1 target" : count + " targets";
    }

    /** How many nodes it names. */
    static int count(Opened opened) {
        return opened.request().targets().map(List::size).orElse(0);
    }

    private static String names(Opened opened) {
        var targets = opened.request().targets().orElse(List.of());
        var first = targets.stream().limit(NAMED).map(NodeId::value);
        return first.collect(Collectors.joining(", "))
                + (targets.size() > NAMED ? " and " + (targets.size() - NAMED) + " more" : "");
    }

    private static String approved(Opened opened) {
        var by = opened.approvers().stream().map(Identity::brief).toList();
        return by.size()
                + " of "
                + opened.request().bounds().approvals()
                + " approved"
                + (by.isEmpty() ? "" : " (" + String.join(", ", by) + ")");
    }

    /** For programs. */
    static Fields form(Opened opened) {
        var request = opened.request();
        var targets = request.targets().orElse(List.of()).stream().map(NodeId::value).toList();
        return Fields.EMPTY
                .with("id", request.id().value())
                .with("digest", opened.digest())
                .with("requester", request.sender().brief())
                .with("action", request.action().value())
                .with("class", request.actionClass().word())
                .with("arguments", request.arguments())
                .with("targets", Value.texts(targets))
                .with("expires", request.expires().toString())
                .with("wanted", request.bounds().approvals())
                .with(
                        "approvers",
                        Value.texts(opened.approvers().stream().map(Identity::brief).toList()));
    }
}
