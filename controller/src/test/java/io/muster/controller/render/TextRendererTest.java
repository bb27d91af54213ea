package io.muster.controller.render;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.TargetState;
import io.muster.controller.ask.Stray;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.Test;

import java.util.List;

class TextRendererTest {
    private static final Outcome UID =
            new Outcome.Changed(
                    "user deploy made",
                    Fields.EMPTY
                            .with("uid", 1001)
                            .with("keys", Value.texts(List.of("a", "b")))
                            .with("home", "/home/deploy"));

    private static Renderer grouped(Screen screen) {
        return new Notices(screen, false, new TextRenderer(screen, Grouping.USUAL, true));
    }

    @Test
    void anEmptyListIsSaidToBeThat() {
        var nothing = Fields.EMPTY.with("changes", Value.texts(List.of()));
        var shown =
                new Reports()
                        .answered("n-1", "web01", 10, new Outcome.Ok("as it should be", nothing))
                        .shown(TextRendererTest::grouped);
        assertThat(shown.out()).contains("    changes: none\n");
    }

    @Test
    void equalAnswersOnceOddOnesFirstThenWhoIsMissing() {
        var shown =
                new Reports()
                        .answered("n-1", "web01.example", 10, UID)
                        .answered("n-2", "web02.example", 20, UID)
                        .answered("n-3", "web03.example", 30, UID)
                        .answered(
                                "n-4",
                                "web04.example",
                                40,
                                Outcome.failed("exit-status", "useradd: cannot lock\n/etc/passwd"))
                        .answered(
                                "n-5",
                                "db1.example",
                                50,
                                new Outcome.Refused(Reason.POLICY, "no rule allows it"))
                        .silent("n-6", "web05.example", TargetState.NO_REPLY)
                        .silent("n-7", "web06.example", TargetState.NO_REPLY)
                        .silent("n-8", "old.example", TargetState.OFFLINE)
                        .shown(TextRendererTest::grouped);
        assertThat(shown.out())
                .isEqualTo(
                        """
                        web04.example                            failed: exit-status
                            useradd: cannot lock
                            /etc/passwd

                        db1.example                              refused: policy
                            no rule allows it

                        web[01-03].example (3)                   changed
                            user deploy made
                             uid: 1001
                            keys: a, b
                            home: /home/deploy

                        Finished processing 5 / 8 hosts in 1204.31 ms
                            failed 1, refused 1, no-reply 2, offline 1, changed 3

                        No response from:

                            web[05-06].example

                        Offline, and not asked:

                            old.example
                        """);
        assertThat(shown.err()).isEmpty();
    }

    @Test
    void withoutGroupingEachNodeHasItsBlock() {
        var shown =
                new Reports()
                        .answered("n-1", "web01", 10, Outcome.ok("here"))
                        .answered("n-2", "web02", 20, Outcome.ok("here"))
                        .shown(screen -> new TextRenderer(screen, Grouping.NONE, false));
        assertThat(shown.out())
                .isEqualTo(
                        """
                        web01                                    ok
                            here

                        web02                                    ok
                            here

                        """);
    }

    @Test
    void whoWentDownIsListedApart() {
        var shown = new Reports().down("n-1", "web01").shown(TextRendererTest::grouped);
        assertThat(shown.out())
                .isEqualTo(
                        """
                        Finished processing 0 / 1 hosts in 1204.31 ms
                            no-reply 1

                        Went down and not back yet:

                            web01
                        """);
    }

    @Test
    void twoNodesOfOneNameAreToldApart() {
        var shown =
                new Reports()
                        .answered("n-1", "mail", 10, Outcome.ok("here"))
                        .answered("n-2", "mail", 20, Outcome.ok("here"))
                        .shown(TextRendererTest::grouped);
        assertThat(shown.out()).startsWith("mail (n-1), mail (n-2) (2)               ok\n");
    }

    @Test
    void nothingFromANodeIsObeyedByTheTerminal() {
        var evil = "\u001b]0;owned\u0007\r\u202e\u009b31m";
        var shown =
                new Reports()
                        .answered(
                                "n-1",
                                evil,
                                1,
                                new Outcome.Failed(
                                        evil,
                                        evil + "\n" + evil,
                                        Fields.EMPTY
                                                .with(evil, evil)
                                                .with("in", Fields.EMPTY.with(evil, evil))
                                                .with("list", Value.texts(List.of(evil)))))
                        .stray(Stray.Kind.UNREADABLE, "node/n-1", evil)
                        .unknown(evil)
                        .notice(evil)
                        .shown(TextRendererTest::grouped);
        var all = shown.out() + shown.err();
        assertThat(all.replace("\n", "").chars().allMatch(c -> c >= ' ' && c < 0x7f))
                .as(all)
                .isTrue();
    }

    @Test
    void whatWasNotBelievedIsSaidOnStderr() {
        var shown =
                new Reports()
                        .answered("n-1", "web01", 1, Outcome.ok("here"))
                        .stray(Stray.Kind.WRONG_SENDER, "node/n-2", "speaks for node/n-1")
                        .unknown("web98")
                        .unknown("web99")
                        .notice("the hub did not answer")
                        .stopped()
                        .shown(TextRendererTest::grouped);
        assertThat(shown.err())
                .isEqualTo(
                        """
                        the hub did not answer
                        nobody is called web[98-99]
                        stopped: who was asked already goes on and will not be heard here
                        messages that were not believed: 1 wrong-sender
                            wrong-sender from node/n-2: speaks for node/n-1
                        """);
    }

    @Test
    void manyNamesAreWrapped() {
        var reports = new Reports();
        for (int i = 0; i < 12; i++) {
            reports.answered("n-" + i, "host-" + (char) ('a' + i) + ".example", 1, Outcome.ok(""));
        }
        var lines = reports.shown(TextRendererTest::grouped).out().lines().toList();
        assertThat(lines.subList(0, 4)).allMatch(line -> line.length() <= 80);
        assertThat(lines.get(2)).endsWith("host-l.example (12) ok");
    }

    @Test
    void aBarIsDrawnOverAndOverAndNeverWiderThanTheTerminal() {
        var shown =
                new Reports()
                        .answered("n-1", "web01", 10, Outcome.ok("here"))
                        .answered("n-2", "web02", 20, Outcome.ok("here"))
                        .shown(screen -> new Progress(screen, grouped(screen)), true);
        var drawn = shown.err().split("\r");
        assertThat(drawn[1]).isEqualTo("Looking for nodes ...");
        assertThat(drawn).contains(" * [ " + Layout.pad(">", 58) + " ] 0 / 2");
        assertThat(drawn).contains(" * [ " + Layout.pad("=".repeat(29) + ">", 58) + " ] 1 / 2");
        assertThat(drawn).contains(" * [ " + "=".repeat(58) + " ] 2 / 2");
        assertThat(drawn).allMatch(line -> line.length() < 80);
        assertThat(shown.err()).endsWith(" \r");
    }
}
