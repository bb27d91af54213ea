package io.muster.hub.cli;

import io.muster.hub.enrolment.AuthorityChange;
import io.muster.hub.enrolment.AuthorityChange.Step;
import io.muster.hub.trust.Bulletin;
import io.muster.security.Passphrase;
import io.muster.security.PassphraseSource;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * {@code muster ca change}: another authority for the same fleet, in steps that cannot be skipped.
 */
@Command(
        name = "change",
        description = {
            "Change the authority of the fleet: root and issuers, or the issuers alone. Three"
                    + " steps,",
            "each of which waits until everybody has confirmed the one before:",
            "  begin   make the new authority, and have everybody trust it beside the old one",
            "  use     have it issue all certificates from now on; nodes renew theirs by"
                    + " themselves",
            "  drop    have nobody trust the old one any more",
            "The hub tells the nodes, those that are away when they come back."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster ca change begin",
            "  muster ca change status",
            "  muster ca change use && muster ca change drop"
        })
final class CaChange implements Callable<Integer> {
    private static final String AGAIN =
            "Every operator needs a certificate that comes with it: muster ca operator NAME --out"
                    + " DIR";

    private final Surroundings around;

    @SuppressWarnings("unused") // picocli acts on it
    @Mixin
    private AuthorityOptions options = new AuthorityOptions();

    CaChange(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        throw new UsageException("which step: begin, use, drop; or status, cancel?");
    }

    private AuthorityChange open(AuthorityOptions authority) {
        return AuthorityChange.open(authority.directory(), around.random(), around.clock());
    }

    /** {@code muster ca change begin}. */
    @Command(
            name = "begin",
            description = {
                "First step: make a new root and new issuers, or only new issuers, and have"
                        + " everybody",
                "trust them beside those in use. Needs the root in use, and asks for a passphrase"
                        + " for",
                "the new keys."
            },
            sortOptions = false,
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster ca change begin",
                "  muster ca change begin --issuers-only",
                "  muster ca change begin --passphrase-file old --new-passphrase-file new"
            })
    @SuppressWarnings("unused") // picocli calls it
    int begin(
            @Option(
                            names = "--issuers-only",
                            description = {
                                "Keep the root. Not if it, or the issuer of operators, may be"
                                        + " stolen:",
                                "machines that join later learn from the root alone whom to trust."
                            })
                    boolean issuersOnly,
            @Mixin Unlocking unlocking,
            @Mixin NewAuthorityPassphrase passphrase,
            @Mixin AuthorityOptions authority) {
        var change = open(authority);
        change.checkBegin();
        change.begin(issuersOnly, unlocking.source(around), passphrase.choose(around));
        spread(authority);
        around.out().println("trust set " + change.set() + ": the new authority is trusted");
        fingerprints(change);
        around.err().println("Keep copies of the new keys off this machine. " + AGAIN + ".");
        around.err()
                .println("Next, once muster ca change status names nobody: muster ca change use");
        return 0;
    }

    /** {@code muster ca change use}. */
    @Command(
            name = "use",
            description = {
                "Second step: the new authority issues from now on. Hub, broker and nodes get new",
                "certificates by themselves, lists and policies are signed anew. Needs the old"
                        + " root",
                "and the new issuer of operators. Refused while a node, or an operator with a",
                "certificate, does not trust the new authority."
            },
            sortOptions = false,
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster ca change use",
                "  muster ca change use --without node/web07",
                "  muster ca change use --without-policy"
            })
    @SuppressWarnings("unused") // picocli calls it
    int use(
            @Mixin Without without,
            @Mixin Unlocking unlocking,
            @Option(
                            names = "--new-passphrase-file",
                            paramLabel = "FILE",
                            description = {
                                "Holds the passphrase of the new keys (default: that of the old",
                                "ones' file, or it is asked for)."
                            })
                    Optional<Path> fresh,
            @Option(
                            names = "--without-policy",
                            description = {
                                "Do not sign the policy bundle anew: it ends with the old"
                                        + " authority."
                            })
                    boolean withoutPolicy,
            @Mixin AuthorityOptions authority) {
        var change = open(authority);
        var again = change.step() == Step.USING;
        var anew = change.use(without.names(), !withoutPolicy, source(change, unlocking, fresh));
        spread(authority);
        around.out()
                .println(
                        again
                                ? "the new authority was in use already"
                                : "trust set " + change.set() + ": the new authority is in use");
        fingerprints(change);
        anew.forEach(document -> around.out().println("signed anew: " + document));
        if (!anew.isEmpty()) {
            around.err()
                    .println(
                            "If the old key of operators was stolen, see that nothing of the"
                                    + " thief's is among that.");
        }
        around.err().println("Join tokens made before are of no use any more: muster ca token.");
        around.err().println(AGAIN + ".");
        around.err()
                .println("Next, once muster ca change status names nobody: muster ca change drop");
        return 0;
    }

    private PassphraseSource source(
            AuthorityChange change, Unlocking unlocking, Optional<Path> fresh) {
        var old = unlocking.source(around);
        return key ->
                fresh.filter(_ -> change.newest(key))
                        .map(file -> Unlocking.read(around, file))
                        .orElseGet(() -> old.of(key));
    }

    /** {@code muster ca change drop}. */
    @Command(
            name = "drop",
            description = {
                "Third step: nobody trusts the old authority any more; its certificates and keys"
                        + " are",
                "worth nothing. Needs the new root. Refused while a node, the hub, the broker or"
                        + " an",
                "operator still has a certificate of the old authority."
            },
            sortOptions = false,
            footerHeading = "%nExamples:%n",
            footer = {"  muster ca change drop", "  muster ca change drop --without node/web07"})
    @SuppressWarnings("unused") // picocli calls it
    int drop(
            @Mixin Without without, @Mixin Unlocking unlocking, @Mixin AuthorityOptions authority) {
        var change = open(authority);
        var useless = change.drop(without.names(), unlocking.source(around));
        spread(authority);
        around.out().println("trust set " + change.set() + ": the old authority is dropped");
        fingerprints(change);
        for (var name : without.names()) {
            around.err().println(name + " was left behind: it has to be made anew");
        }
        useless.forEach(key -> around.err().println("Of no use any more, destroy it: " + key));
        return 0;
    }

    /** {@code muster ca change cancel}. */
    @Command(
            name = "cancel",
            description = {
                "Take the first step back, as long as the new authority is not in use: nobody"
                        + " trusts",
                "it any more. Needs the root in use."
            },
            sortOptions = false,
            footerHeading = "%nExamples:%n",
            footer = {"  muster ca change cancel"})
    @SuppressWarnings("unused") // picocli calls it
    int cancel(@Mixin Unlocking unlocking, @Mixin AuthorityOptions authority) {
        var change = open(authority);
        change.cancel(unlocking.source(around));
        spread(authority);
        around.out().println("trust set " + change.set() + ": the new authority is not trusted");
        return 0;
    }

    /** {@code muster ca change status}. */
    @Command(
            name = "status",
            description = {
                "Show how far the change is, and who has not confirmed its last step: a node"
                        + " confirms",
                "by what it announces to the hub. Exit status 0 if nobody is waited for, 1 if"
                        + " somebody",
                "is."
            },
            sortOptions = false,
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster ca change status",
                "  muster ca change status --output jsonl",
                "  until muster ca change status; do sleep 60; done"
            })
    @SuppressWarnings("unused") // picocli calls it
    int status(
            @Option(
                            names = "--output",
                            paramLabel = "FORM",
                            description = "text or jsonl (default: text).",
                            defaultValue = "text")
                    ChangeStatus.Form form,
            @Mixin AuthorityOptions authority) {
        return new ChangeStatus(around, open(authority)).show(form);
    }

    /**
     * Operators' machines ask the hub for news when they hear of a newer list, and learn whom to
     * trust at the same time.
     */
    private void spread(AuthorityOptions authority) {
        var online = authority.open(around);
        online.publish(CaPublish.register(online, around), Bulletin.NODES_LIST);
    }

    private void fingerprints(AuthorityChange change) {
        for (var line : ChangeStatus.authorities(change)) {
            around.out().println(line);
        }
    }

    /** Whom a step does not wait for. */
    static final class Without {
        @Option(
                names = "--without",
                paramLabel = "WHO",
                description = {
                    "Do not wait for node/ID, that is gone for good, or operator/NAME; may be",
                    "repeated. It is locked out if it comes back after the last step."
                })
        private List<String> names = List.of();

        Set<String> names() {
            return Set.copyOf(names);
        }
    }

    /** What protects the keys of the new authority. */
    static final class NewAuthorityPassphrase {
        @Option(
                names = "--new-passphrase-file",
                paramLabel = "FILE",
                description = {
                    "Holds the passphrase of the new keys; - is standard input (default: it is",
                    "asked for)."
                })
        private Optional<Path> file = Optional.empty();

        @Option(
                names = "--no-new-passphrase",
                description = "Protect no new key; for scripts, and keys on a medium of their own.")
        private boolean none;

        Optional<Passphrase> choose(Surroundings around) {
            return NewPassphrase.choose(
                    around,
                    "the new root and issuer of operators",
                    file,
                    none,
                    "--new-passphrase-file FILE or --no-new-passphrase");
        }
    }
}
