package io.muster.controller.cli;

import io.muster.action.BuiltIn;
import io.muster.controller.Entry;
import io.muster.controller.Run;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.filter.Filter;
import io.muster.message.Escape;
import io.muster.message.Outcome;
import io.muster.message.Value.Fields;

import java.time.Duration;
import java.util.List;

/** Which nodes have a policy that is not as it should be: those that let the caller ask say so. */
final class PolicyFindings {
    private static final Duration TTL = Duration.ofSeconds(30);
    private static final int SHOWN = 20;

    private final Findings findings;

    PolicyFindings(Findings findings) {
        this.findings = findings;
    }

    /** Asks those nodes. */
    void tell(Session session, List<Target> nodes, Duration timeout) {
        var run =
                new Run(
                        BuiltIn.TRUST_STATUS.name(),
                        BuiltIn.TRUST_STATUS.actionClass(),
                        Fields.EMPTY,
                        Filter.EVERYTHING,
                        false,
                        TTL,
                        timeout);
        var targets = new Targets(nodes, List.of(), "answers", Duration.ZERO, List.of());
        var report = session.fleet().run(run, targets, _ -> {});
        var problems = report.entries().stream().flatMap(e -> problem(e).stream()).toList();
        var told = report.entries().stream().filter(PolicyFindings::tells).count();
        var silent = nodes.size() - told;
        if (problems.isEmpty()) {
            findings.ok(
                    "policies",
                    told
                            + " of "
                            + nodes.size()
                            + " nodes say that nothing is wrong with theirs"
                            + (silent > 0 ? "; " + silent + " do not tell: see trust.status" : ""));
        } else {
            var more = problems.size() - SHOWN;
            findings.fail(
                    "policies",
                    problems.size()
                            + (problems.size() == 1 ? " node does" : " nodes do")
                            + " not go by the policy as it stands in the file:\n"
                            + String.join("\n", problems.stream().limit(SHOWN).toList())
                            + (more > 0 ? "\nand " + more + " more" : "")
                            + "\nput it right there: muster policy check FILE");
        }
    }

    private static boolean tells(Entry entry) {
        return entry.outcome().filter(Outcome.Ok.class::isInstance).isPresent();
    }

    private static List<String> problem(Entry entry) {
        return entry.outcome().map(Outcome::result).stream()
                .flatMap(data -> data.member("policy_problem").stream())
                .map(problem -> Escape.line(entry.name() + ": " + problem))
                .toList();
    }
}
