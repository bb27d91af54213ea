package io.muster.action;

import java.util.List;

/** Arguments that an action does not take; the message has every problem, each on its own line. */
public final class InvalidInputException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;
    private static final int MOST_SHOWN = 20;

    InvalidInputException(List<String> problems) {
        super(shown(problems));
    }

    private static String shown(List<String> problems) {
        if (problems.size() <= MOST_SHOWN) {
            return String.join("\n", problems);
        }
        return String.join("\n", problems.subList(0, MOST_SHOWN))
                + "\nand "
                + (problems.size() - MOST_SHOWN)
                + " more problems";
    }
}
