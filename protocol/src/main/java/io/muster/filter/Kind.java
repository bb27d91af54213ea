package io.muster.filter;

/** The kinds of filter text: what the operator calls them and what they are called in a message. */
enum Kind {
    FACT("-F", "facts"),
    CLASS("-C", "classes"),
    ACTION("-A", "actions"),
    IDENTITY("-I", "identities"),
    MIXED("-W", "mixed"),
    EXPRESSION("-S", "expressions");

    private final String option;
    private final String member;

    Kind(String option, String member) {
        this.option = option;
        this.member = member;
    }

    String option() {
        return option;
    }

    String member() {
        return member;
    }
}
