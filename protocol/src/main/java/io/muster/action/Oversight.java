package io.muster.action;

import io.muster.action.ActionSpec.OutputSpec;
import io.muster.action.InputSpec.Kind;
import io.muster.message.ActionName;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The actions by which people see and stop what nodes do. */
final class Oversight {
    private static final String PERSON = "[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?";

    /** An id alone names no request: others may have used it. */
    static final InputSpec OF =
            InputSpec.optional(
                    "of",
                    "whose requests these are: the name of the operator; yours unless given",
                    Kind.Text.matching(63, PERSON));

    static final ActionSpec CANCEL =
            new ActionSpec(
                    new ActionName("node.cancel"),
                    "Stop requests, and keep those from beginning that have not come",
                    ActionClass.CHANGE,
                    true,
                    false,
                    Duration.ofSeconds(45),
                    List.of(
                            InputSpec.optional(
                                    "requests",
                                    "the ids of the requests",
                                    new Kind.Texts(Kind.Text.matching(32, "[0-9a-f]{32}"), 50)),
                            OF,
                            InputSpec.optional(
                                    "all",
                                    "instead of these: all that is under way and changes something",
                                    new Kind.Truth()),
                            InputSpec.optional(
                                    "until",
                                    "until when they might begin, in milliseconds since 1970; a day"
                                            + " from now unless given",
                                    new Kind.Whole(0, 253_402_300_799_999L))),
                    List.of(new OutputSpec("requests", "What became of each, by id")));

    static final ActionSpec STATUS =
            new ActionSpec(
                    new ActionName("node.status"),
                    "Tell what is under way on the node, and whether a change may begin",
                    ActionClass.READ,
                    true,
                    false,
                    Duration.ofSeconds(10),
                    List.of(),
                    List.of(
                            new OutputSpec(
                                    "running",
                                    "Of each: request, caller, action, class, since, and whether it"
                                            + " holds changes up"),
                            new OutputSpec("busy", "Whether no change can begin now")));

    static final ActionSpec EXPLAIN =
            new ActionSpec(
                    new ActionName("node.explain"),
                    "Tell what keeps the node from doing something for you",
                    ActionClass.READ,
                    true,
                    false,
                    Duration.ofSeconds(30),
                    List.of(
                            InputSpec.required(
                                    "action", "the name of the action", Kind.Text.upTo(128)),
                            InputSpec.optional(
                                    "arguments",
                                    "its inputs that are not secret, as JSON",
                                    new Kind.Lines(40_000)),
                            InputSpec.optional(
                                    "class",
                                    "the class that it is taken to be of; as it is here unless"
                                            + " given",
                                    new Kind.Choice(
                                            Stream.of(ActionClass.values())
                                                    .map(ActionClass::word)
                                                    .toList())),
                            InputSpec.optional(
                                    "filter",
                                    "a filter as it travels, as JSON",
                                    new Kind.Lines(10_000)),
                            InputSpec.optional(
                                    "targets",
                                    "for how many nodes it would be; 1 unless given",
                                    new Kind.Whole(1, 10_000_000)),
                            InputSpec.optional(
                                    "dry_run", "only say what would be done", new Kind.Truth())),
                    List.of(
                            new OutputSpec("would", "Whether it would be carried out"),
                            new OutputSpec("reasons", "Why not: of each reason and message"),
                            new OutputSpec("filter", "Each term: option, text, holds, is")));

    private Oversight() {}
}
