package io.muster.hub.enrolment;

import java.util.List;

/** Why a step of a change of the authority is refused: it would leave somebody behind. */
final class StepRefusal {
    /** What one screen holds. */
    private static final int SHOWN = 20;

    private StepRefusal() {}

    /** Names them, and the way out. */
    static AuthorityException of(String missing, List<Laggard> behind) {
        var text =
                new StringBuilder("refused, and nothing was changed: ")
                        .append(behind.size() == 1 ? "one does" : behind.size() + " do")
                        .append(" not ")
                        .append(missing)
                        .append(" yet");
        behind.stream()
                .limit(SHOWN)
                .forEach(b -> text.append("\n  ").append(b.who()).append(": ").append(b.why()));
        if (behind.size() > SHOWN) {
            text.append("\n  and ")
                    .append(behind.size() - SHOWN)
                    .append(" more: muster ca change status");
        }
        if (behind.stream().anyMatch(b -> b.who().startsWith("node/"))) {
            text.append(
                    "\nA node is told whenever it comes back; of one that is gone for good say"
                            + " --without node/ID,"
                            + "\nand then muster ca clean ID.");
        }
        if (behind.stream().anyMatch(b -> b.who().startsWith("operator/"))) {
            text.append(
                    "\nFor an operator: muster ca operator NAME --out DIR, the directory of the"
                            + " key, or wait until"
                            + "\nthe certificate has ended, or say --without operator/NAME.");
        }
        return new AuthorityException(text.toString());
    }
}
