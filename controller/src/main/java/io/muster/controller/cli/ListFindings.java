package io.muster.controller.cli;

import io.muster.controller.trust.HubTrust;
import io.muster.message.Escape;
import io.muster.message.IssuerName;
import io.muster.message.Value;
import io.muster.message.Value.Items;
import io.muster.trust.LockTarget;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What there is to say of revocation lists and locks: numbers, ages, and who is behind. */
final class ListFindings {
    private static final String CHECK = "lists";

    private final Findings findings;
    private final Instant now;

    ListFindings(Findings findings, Instant now) {
        this.findings = findings;
        this.now = now;
    }

    /** Compares what the hub says with what this machine has seen signed. */
    void tell(Session session, Optional<HubTrust.Told> told) {
        session.lists().problem().ifPresent(problem -> findings.fail(CHECK, problem));
        session.hubTrust().problem().ifPresent(problem -> findings.fail(CHECK, problem));
        if (told.isEmpty()) {
            findings.fail(
                    CHECK,
                    "the hub does not say which revocation lists it has: it may be hiding one");
            return;
        }
        var hub = told.get();
        hub.forged().forEach(f -> findings.fail(CHECK, "the hub handed out a forgery: " + f));
        for (var issuer : IssuerName.values()) {
            list(session, hub, issuer);
        }
        if (hub.number("behind") > 0) {
            findings.fail(
                    "behind",
                    hub.number("behind")
                            + " nodes do not go by the newest lists, policy or locks: "
                            + String.join(", ", names(hub))
                            + "\nlook at their logs; a node that will not take a lock has a policy"
                            + " that does not allow its maker trust.lock");
        } else {
            findings.ok("behind", "every node that is up goes by the newest lists and locks");
        }
        if (!hub.locks().isEmpty()) {
            var everything =
                    hub.locks().stream()
                            .filter(lock -> lock.target() instanceof LockTarget.Everything)
                            .findFirst()
                            .map(
                                    lock ->
                                            ", and nothing may be changed, by "
                                                    + lock.sender().brief()
                                                    + " since "
                                                    + lock.issued());
            findings.ok(
                    "locks",
                    hub.locks().size()
                            + " in force"
                            + everything.orElse("")
                            + ": see muster lock list");
        }
    }

    private void list(Session session, HubTrust.Told hub, IssuerName issuer) {
        var handed = hub.number(issuer.word());
        var known = session.lists().revocations().numbers().of(issuer);
        var claimed = Math.max(known, session.caller().told().of(issuer));
        if (handed < claimed) {
            findings.fail(
                    CHECK,
                    "the hub hands out list "
                            + handed
                            + " of the "
                            + issuer
                            + " issuer, and there is a list "
                            + claimed
                            + ": it was set back, or hides one");
            return;
        }
        var list = session.lists().revocations().list(issuer);
        if (list.isEmpty()) {
            findings.ok(CHECK, "no list of the " + issuer + " issuer was ever published");
            return;
        }
        var age = Duration.between(list.get().issued(), now);
        var told =
                "list "
                        + list.get().number()
                        + " of the "
                        + issuer
                        + " issuer, "
                        + list.get().revoked().size()
                        + " revoked, "
                        + (age.toDays() > 2 ? age.toDays() + " days" : age.toHours() + " hours")
                        + " old";
        if (now.isBefore(list.get().nextUpdate())) {
            findings.ok(CHECK, told);
        } else {
            findings.fail(
                    CHECK,
                    told
                            + ", and there should be another since "
                            + list.get().nextUpdate()
                            + ": nodes change nothing until there is (muster ca publish)");
        }
    }

    private static List<String> names(HubTrust.Told hub) {
        return hub
                .summary()
                .member("behindNodes")
                .map(v -> v instanceof Items(var items) ? items : List.<Value>of())
                .orElse(List.of())
                .stream()
                .limit(20)
                .map(v -> Escape.line(v.toString()))
                .toList();
    }
}
