package io.muster.hub.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;

/** What {@code muster ca} can do; only the command that was typed is ever made. */
enum CaVerb {
    INIT("make the authority of a fleet"),
    TOKEN("make a join token"),
    TOKENS("list the join tokens, or take one back"),
    LIST("who waits to be signed, and who has been"),
    SIGN("let a machine in that waits"),
    REJECT("turn a machine away that waits"),
    REVOKE("make a node's certificates void; its id stays taken"),
    CLEAN("make a node's certificates void, and its id free for another machine"),
    COLLECTIVES("say which collectives a node is in"),
    PUBLISH("sign the next revocation list of operators"),
    LISTS("which certificates are void"),
    UNLOCK("end a lock in the name of the authority"),
    OPERATOR("make or renew the credentials of an operator"),
    RENEW("renew the certificate of the hub or its broker"),
    HUB("renew the hub's certificates, or change its addresses"),
    CHANGE("change the authority: trust a new one, use it, drop the old one");

    private final String summary;

    CaVerb(String summary) {
        this.summary = summary;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    String summary() {
        return summary;
    }

    /** A fresh command. */
    Callable<Integer> command(Surroundings around) {
        return switch (this) {
            case INIT -> new CaInit(around);
            case TOKEN -> new CaToken(around);
            case TOKENS -> new CaTokens(around);
            case LIST -> new CaList(around);
            case SIGN -> new CaSign(around);
            case REJECT -> new CaReject(around);
            case REVOKE -> new CaRevoke(around);
            case CLEAN -> new CaClean(around);
            case COLLECTIVES -> new CaCollectives(around);
            case PUBLISH -> new CaPublish(around);
            case LISTS -> new CaLists(around);
            case UNLOCK -> new CaUnlock(around);
            case OPERATOR -> new CaOperator(around);
            case RENEW -> new CaRenew(around);
            case HUB -> new CaHub(around);
            case CHANGE -> new CaChange(around);
        };
    }

    static Optional<CaVerb> find(String word) {
        return Arrays.stream(values()).filter(verb -> verb.word().equals(word)).findFirst();
    }

    static List<String> words() {
        return Arrays.stream(values()).map(CaVerb::word).toList();
    }
}
