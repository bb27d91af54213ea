package io.muster.node.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.exec.StdStream;
import io.muster.message.Live;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

class FollowerTest {
    private final List<Live> told = new CopyOnWriteArrayList<>();

    private static void say(Hearing hearing, StdStream stream, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        hearing.heard(stream, bytes, bytes.length);
    }

    private Hearing follower(StdStream... live) {
        return Follower.of(Outlet.NONE.open(10), told::add, EnumSet.copyOf(List.of(live)));
    }

    private static String text(Live live) {
        return live instanceof Live.Output output
                ? new String(output.bytes().view(), StandardCharsets.UTF_8)
                : "";
    }

    @Test
    void whatIsSaidIsToldWhileTheProgramGoesOn() {
        var hearing = follower(StdStream.STDOUT, StdStream.STDERR);
        say(hearing, StdStream.STDOUT, "one\n");
        say(hearing, StdStream.STDOUT, "two\n");
        await().atMost(Duration.ofSeconds(10)).until(() -> told.size() == 1);
        assertThat(text(told.getFirst())).isEqualTo("one\ntwo\n");

        say(hearing, StdStream.STDERR, "oh\n");
        say(hearing, StdStream.STDOUT, "three");
        assertThat(hearing.end(Set.of())).isEmpty();
        var offsets = new ArrayList<Long>();
        told.forEach(live -> offsets.add(((Live.Output) live).offset()));
        assertThat(offsets).containsExactly(0L, 8L, 0L);
    }

    @Test
    void ofMoreThanAnybodyReadsTheMiddleIsLeftOutAndTheOffsetsSayHowMuch() {
        var hearing = follower(StdStream.STDOUT);
        var piece = "0123456789abcdef".repeat(4 * 1024);
        for (int i = 0; i < 16; i++) {
            say(hearing, StdStream.STDOUT, piece);
        }
        say(hearing, StdStream.STDOUT, "the end");
        hearing.end(Set.of());
        var all = 16L * piece.length() + 7;
        var last = (Live.Output) told.getLast();
        assertThat(text(last)).endsWith("the end");
        assertThat(last.offset() + last.bytes().length()).isEqualTo(all);
        var bytes = told.stream().mapToLong(l -> ((Live.Output) l).bytes().length()).sum();
        assertThat(bytes).isLessThan(all / 2);
        for (var live : told) {
            var from = (int) (((Live.Output) live).offset() % piece.length());
            assertThat((piece + piece).substring(from))
                    .startsWith(text(live).replace("the end", ""));
        }
    }

    @Test
    void whoDoesNotListenHoldsUpNoProgram() {
        var never = new CountDownLatch(1);
        var hearing =
                Follower.of(
                        Outlet.NONE.open(10),
                        _ -> {
                            try {
                                never.await();
                            } catch (InterruptedException _) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        EnumSet.of(StdStream.STDOUT));
        var start = System.nanoTime();
        for (int i = 0; i < 1_000; i++) {
            say(hearing, StdStream.STDOUT, "line\n");
        }
        assertThat(hearing.end(Set.of(StdStream.STDOUT)).values())
                .singleElement()
                .satisfies(rest -> assertThat(rest.said()).isEqualTo(5_000));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        never.countDown();
    }

    @Test
    void aProgramSaysHowFarItIs() {
        var hearing = follower(StdStream.STDOUT);
        say(hearing, StdStream.STDERR, "progress: 1/10 begun\nprog");
        say(hearing, StdStream.STDERR, "ress: 3/10 copying\nprogress: 11/10 lying\nprogress: x\n");
        hearing.end(Set.of());
        assertThat(told).contains(new Live.Progress(3, 10, "copying"));
        assertThat(told).noneMatch(live -> live.toString().contains("lying"));
    }
}
