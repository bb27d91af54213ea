package io.muster.controller.cli;

import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.Village;
import io.muster.message.Outcome;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;

class GroupOptionsTest {
    @TempDir private Path home;

    private final Village village = new Village();
    private CommandContext context = new CommandContext(village, Path.of("/"));

    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
        village.node("n-1", "web01", _ -> Outcome.ok("up 3d\nnginx 1.22"));
        village.node("n-2", "web02", _ -> Outcome.ok("up 7d\nnginx 1.22"));
        village.node("n-3", "web03", _ -> Outcome.ok("up 7d\nnginx 1.18"));
        village.hub(up("n-1", "web01"), up("n-2", "web02"), up("n-3", "web03"));
    }

    @AfterEach
    void close() {
        village.close();
    }

    @Test
    void similarAnswersAreShownOnceIfThatIsWanted() {
        var ran = context.run("run", "node.ping", "-q", "--mask");
        assertThat(ran.out())
                .isEqualTo(
                        """
                        web[01-03] (3)                           ok
                            up ‹1›
                            nginx ‹2›
                            ‹1› 7d on web[02-03]; 3d on web01
                            ‹2› 1.22 on web[01-02]; 1.18 on web03

                        """);
        assertThat(context.run("run", "node.ping", "-q", "--no-mask").out())
                .isEqualTo(context.run("run", "node.ping", "-q").out())
                .doesNotContain("‹");
    }

    @Test
    void theDifferenceToWhatMostSayIsShown() {
        var ran = context.run("run", "node.ping", "-q", "--diff");
        assertThat(ran.out())
                .isEqualTo(
                        """
                        The most answered:
                        web03                                    ok
                            up 7d
                            nginx 1.18

                        web01                                    ok
                        -    up 7d
                        -    nginx 1.18
                        +    up 3d
                        +    nginx 1.22

                        web02                                    ok
                             up 7d
                        -    nginx 1.18
                        +    nginx 1.22

                        """);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--no-group --diff",
                "--no-group --mask",
                "--diff -o jsonl",
                "--mask -o names",
                "--no-group -o json"
            })
    void whatDoesNotGoTogetherIsSaidBeforeAnythingIsSent(String options) {
        var ran = context.run(("run node.ping " + options).split(" "));
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).contains("--no-group");
    }
}
