package io.muster.hub.cli;

import io.muster.hub.enrolment.AuthorityChange;
import io.muster.hub.enrolment.AuthorityException;
import io.muster.hub.enrolment.Laggard;
import io.muster.message.Escape;
import io.muster.message.Json;
import io.muster.message.Role;
import io.muster.message.Value.Fields;
import io.muster.security.Anchor;
import io.muster.security.Certificates;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How far a change of the authority is, and who is waited for. */
final class ChangeStatus {
    private static final int SHOWN = 16;

    private final Surroundings around;
    private final AuthorityChange change;

    /** Forms of output. */
    enum Form {
        text,
        jsonl
    }

    ChangeStatus(Surroundings around, AuthorityChange change) {
        this.around = around;
        this.change = change;
    }

    /** The authorities that are trusted, a line for each. */
    static List<String> authorities(AuthorityChange change) {
        var all = change.anchors();
        return all.stream()
                .map(
                        a ->
                                (a.equals(all.getFirst()) ? "in use:  root " : "trusted: root ")
                                        + root(a)
                                        + ", operators issuer "
                                        + issuer(a, Role.OPERATOR)
                                        + ", nodes issuer "
                                        + issuer(a, Role.NODE))
                .toList();
    }

    private static String root(Anchor anchor) {
        return Certificates.fingerprint(anchor.root()).substring(0, SHOWN);
    }

    private static String issuer(Anchor anchor, Role role) {
        return Certificates.fingerprint(anchor.issuer(role)).substring(0, SHOWN);
    }

    /** Prints it; 0 if nobody is waited for. */
    int show(Form form) {
        var behind = new ArrayList<>(change.machinesBehind());
        var unknown = "";
        try {
            behind.addAll(change.operatorsBehind());
        } catch (AuthorityException e) {
            unknown = String.valueOf(e.getMessage());
        }
        switch (form) {
            case text -> text(behind);
            case jsonl -> lines(behind);
        }
        if (!unknown.isEmpty()) {
            around.err().println(unknown);
        }
        return behind.isEmpty() && unknown.isEmpty() ? 0 : 1;
    }

    private void text(List<Laggard> behind) {
        around.out().println("trust set " + change.set() + ": " + words());
        authorities(change).forEach(around.out()::println);
        if (!behind.isEmpty()) {
            var table = new Table("WAITING FOR", "WHICH");
            behind.forEach(b -> table.row(b.who(), b.why()));
            table.print(around.out());
        }
        around.err().println(behind.size() + " waited for" + next(behind.isEmpty()));
    }

    private String words() {
        return switch (change.step()) {
            case NONE ->
                    change.set() == 0
                            ? "the authority was never changed"
                            : "no change is under way";
            case TRUSTING -> "the new authority is trusted, the old one in use";
            case USING -> "the new authority is in use, the old one still trusted";
        };
    }

    private String next(boolean ready) {
        return switch (change.step()) {
            case NONE -> "";
            case TRUSTING -> (ready ? "; next: " : "; then: ") + "muster ca change use";
            case USING -> (ready ? "; next: " : "; then: ") + "muster ca change drop";
        };
    }

    private void lines(List<Laggard> behind) {
        line(
                Fields.EMPTY
                        .with("type", "change")
                        .with("step", change.step().name().toLowerCase(Locale.ROOT))
                        .with("set", change.set())
                        .with("waiting", behind.size()));
        for (var b : behind) {
            line(Fields.EMPTY.with("type", "waiting").with("id", b.who()).with("why", b.why()));
        }
    }

    private void line(Fields fields) {
        around.out().println(Escape.json(Json.text(fields)));
    }
}
