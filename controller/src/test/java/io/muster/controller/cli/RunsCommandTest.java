package io.muster.controller.cli;

import static io.muster.controller.Village.target;
import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.Village;
import io.muster.controller.cli.CommandContext.Ran;
import io.muster.controller.discovery.Presence;
import io.muster.journal.Journal;
import io.muster.journal.Sheet;
import io.muster.message.Bytes;
import io.muster.message.Outcome;
import io.muster.message.Request;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

class RunsCommandTest {
    private static final String[] RUN = {
        "run", "user.ensure", "name=deploy", "--all-nodes", "--batch", "1", "--max-failed", "2"
    };

    @TempDir private Path home;

    private final Village village = new Village();
    private final List<Host> hosts = new ArrayList<>();
    private CommandContext context = new CommandContext(village, Path.of("/"));

    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
        for (int i = 1; i <= 3; i++) {
            var failing = i == 2;
            hosts.add(new Host(village, "n-" + i, "web0" + i, r -> outcome(r, failing)));
        }
        village.hub(
                up("n-1", "web01"),
                up("n-2", "web02"),
                up("n-3", "web03"),
                target("n-4", "web04", Presence.DOWN));
    }

    @AfterEach
    void close() {
        village.close();
    }

    /** Of a gate. */
    private static boolean looks(Request request) {
        return request.action().value().equals("trust.status")
                || !request.filter().facts().isEmpty();
    }

    private static Outcome outcome(Request request, boolean failing) {
        if (looks(request)) {
            return Outcome.ok("well");
        }
        return failing
                ? Outcome.failed("busy", "apt is running")
                : new Outcome.Changed("made", Fields.EMPTY.with("uid", 1_001));
    }

    private Path folder() throws IOException {
        return context.folder().resolve("runs");
    }

    private List<Path> kept() throws IOException {
        try (Stream<Path> folders = Files.list(folder())) {
            return folders.sorted().toList();
        }
    }

    private Path journal() throws IOException {
        return kept().getLast().resolve("run.journal");
    }

    private List<Bytes> records() throws IOException {
        var records = new ArrayList<Bytes>();
        Journal.read(journal(), records::add);
        return records;
    }

    /** As a crash after these records would have left it. */
    private void leave(List<Bytes> records) throws IOException {
        var file = journal();
        Files.delete(file);
        try (var journal = Journal.open(file, _ -> {})) {
            records.forEach(journal::append);
        }
    }

    private static boolean is(Bytes record, String kind) {
        return Sheet.decode(record).head().member(kind).isPresent();
    }

    /** The same, as if its request had expired long ago. */
    private static Bytes expired(Bytes record) {
        var sheet = Sheet.decode(record);
        var sending = (Fields) sheet.head().member("sending").orElseThrow();
        var late = sheet.head().with("sending", sending.with("expires", 1_700_000_000_000L));
        return new Sheet(late, sheet.held()).encode();
    }

    private int deeds() {
        return (int)
                hosts.stream()
                        .flatMap(host -> host.deeds.stream())
                        .filter(request -> !looks(request))
                        .count();
    }

    /** What was said, but for how long it took. */
    private static String said(Ran ran) {
        return ran.out().replaceAll("in [0-9.]+ ms", "in ... ms");
    }

    @Test
    void everyRunIsWrittenDownAndShownAsItWas() throws IOException {
        var ran = context.run(RUN);
        assertThat(ran.out()).contains("failed 1, offline 1, changed 2");
        var shown = context.run("runs", "show", "last");
        assertThat(shown).isEqualTo(ran);
        for (var form : List.of("json", "jsonl", "names")) {
            var words = Stream.concat(Stream.of(RUN), Stream.of("-o", form));
            var typed = context.run(words.toArray(String[]::new));
            assertThat(context.run("runs", "show", "last", "-o", form).out())
                    .as(form)
                    .isEqualTo(typed.out());
        }
        context.run("run", "node.ping", "-I", "n-1");
        var list = context.run("runs").out().lines().toList();
        assertThat(list).hasSize(5);
        assertThat(list.getFirst())
                .contains(" done ", " node.ping ", " changed 1 ", "operator/alice");
        assertThat(list.getLast()).contains(" user.ensure ", "failed 1, offline 1, changed 2");
        var json = context.run("runs", "--limit", "1", "--output", "json");
        assertThat(json.out()).contains("\"state\" : \"done\"", "\"filter\" : ");
        assertThat(json.err()).contains("4 older ones");
        var mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(kept().getFirst()));
        assertThat(mode).isEqualTo("rwx------");
    }

    @Test
    void afterACrashAtAnyRecordTheReportIsThatOfAnUndisturbedRunAndNothingIsDoneTwice()
            throws IOException {
        crashedAnywhere(RUN);
    }

    @Test
    void soItIsWithCanaryRampAndWindow() throws IOException {
        crashedAnywhere(
                "run",
                "user.ensure",
                "name=deploy",
                "--all-nodes",
                "--canary",
                "web03",
                "--batch",
                "2,1",
                "--concurrency",
                "1",
                "--max-offline",
                "2",
                "--batch-sleep",
                "1ms",
                "--gate-fact",
                "hostname=~web",
                "--gate-action",
                "trust.status");
    }

    @Test
    void aRunThatIsNamedIsShown() {
        var ran = context.run(RUN);
        assertThat(context.run("runs", "last")).isEqualTo(ran);
        assertThat(context.run("runs", "last", "--limit", "1").err()).contains("--limit");
        var apart = context.run("runs", "last", "--no-group");
        assertThat(apart).isEqualTo(context.run("runs", "show", "last", "--no-group"));
        assertThat(apart.out()).isNotEqualTo(ran.out());
        assertThat(context.run("runs", "--no-group").code()).isEqualTo(2);
        var unknown = context.run("runs", "shwo");
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.err()).contains("no run 'shwo'; muster runs lists them");
    }

    private void crashedAnywhere(String... words) throws IOException {
        var undisturbed = context.run(words);
        var all = records();
        assertThat(all.stream().filter(r -> is(r, "sending"))).hasSize(3);
        assertThat(all.stream().filter(r -> is(r, "heard"))).hasSize(3);
        for (int cut = 2; cut < all.size(); cut++) {
            leave(all.subList(0, cut));
            var sent = all.subList(0, cut).stream().filter(r -> is(r, "sending")).count();
            assertThat(context.run("runs").out()).contains("unfinished");
            var before = deeds();
            var resumed = context.run("runs", "resume", "last");
            assertThat(said(resumed)).as("after %s records", cut).isEqualTo(said(undisturbed));
            assertThat(resumed.code()).isEqualTo(undisturbed.code());
            assertThat(deeds() - before).isEqualTo(3 - (int) sent);
            assertThat(said(context.run("runs", "resume", "last"))).isEqualTo(said(undisturbed));
            assertThat(said(context.run("runs", "show", "last"))).isEqualTo(said(undisturbed));
            assertThat(deeds() - before).isEqualTo(3 - (int) sent);
        }
    }

    @Test
    void whatWasCutOffBeforeItWasWrittenDownSaysThatNothingWasSent() throws IOException {
        context.run(RUN);
        leave(records().subList(0, 1));
        var resumed = context.run("runs", "resume", "last");
        assertThat(resumed.code()).isEqualTo(1);
        assertThat(resumed.err()).contains("before anything was sent: run it again");
        assertThat(context.run("runs").err()).contains("cannot be shown");
    }

    @Test
    void onAnotherDayTheNodesAreAskedAndWhoNeverGotItSaysSo() throws IOException {
        hosts.get(2).deaf = true;
        context.run("run", "user.ensure", "name=deploy", "--all-nodes", "--timeout", "200ms");
        var all = new ArrayList<>(records().stream().filter(r -> !is(r, "heard")).toList());
        all.removeLast();
        all.set(2, expired(all.get(2)));
        leave(all);
        hosts.get(2).deaf = false;

        var resumed = context.run("runs", "resume", "last");
        assertThat(resumed.out())
                .contains("failed 1, offline 1, expired 1, changed 1")
                .contains("it never came, and cannot be begun any more");
        assertThat(deeds()).isEqualTo(2);
        assertThat(said(context.run("runs", "resume", "last"))).isEqualTo(said(resumed));
    }

    @Test
    void tooManyFailuresBeforeTheCrashCountAfterIt() throws IOException {
        var stopped =
                context.run(
                        "run",
                        "user.ensure",
                        "name=d",
                        "--all-nodes",
                        "--batch",
                        "2",
                        "--max-failed",
                        "0");
        assertThat(stopped.out()).contains("failed 1, offline 1, not-sent 1, changed 1");
        var all = records();
        leave(all.subList(0, all.size() - 1));
        var resumed = context.run("runs", "resume", "last");
        assertThat(said(resumed)).isEqualTo(said(stopped));
        assertThat(hosts.get(2).deeds).isEmpty();
        assertThat(context.run("runs").out()).contains(" stopped ");
    }

    @Test
    void withALargerBudgetItGoesOn() throws IOException {
        var strict =
                new String[] {
                    "run",
                    "user.ensure",
                    "name=d",
                    "--all-nodes",
                    "--batch",
                    "1",
                    "--max-failed",
                    "0"
                };
        var stopped = context.run(strict);
        assertThat(stopped.out()).contains("failed 1, offline 1, not-sent 1, changed 1");
        assertThat(stopped.err())
                .contains(
                        "stopped: 1 of 4 targets failed or did not answer, and --max-failed is 0;"
                                + " nothing was sent to 1 more")
                .contains(" --max-failed N goes on with it");
        var shown = context.run("runs", "show", "last");
        assertThat(shown.out()).isEqualTo(stopped.out());
        assertThat(shown.err()).contains("--max-failed is 0");
        var json = context.run("runs", "show", "last", "-o", "json");
        assertThat(json.out()).contains("\"halt\"", "\"by\" : \"max-failed\"");
        assertThat(context.run("runs", "resume", "last").out()).contains("not-sent 1");
        assertThat(context.run("runs", "resume", "last", "--max-failed", "x").code()).isEqualTo(2);
        var on = context.run("runs", "resume", "last", "--max-failed", "2");
        assertThat(on.out()).contains("failed 1, offline 1, changed 2");
        assertThat(deeds()).isEqualTo(3);
    }

    @Test
    void whoDidNotAnswerIsAskedAndTheReportKnowsIt() {
        hosts.getFirst().silent = true;
        var ran = context.run("run", "user.ensure", "name=d", "-I", "n-1", "--timeout", "200ms");
        assertThat(ran.out()).contains("no-reply 1");
        assertThat(ran.err()).contains("muster runs ask ");
        var asked = context.run("runs", "ask", "last");
        assertThat(asked.out()).contains("    changed 1\n").contains("uid: 1001");
        assertThat(asked.code()).isZero();
        assertThat(context.run("runs", "show", "last").out()).contains("    changed 1\n");
        assertThat(deeds()).isEqualTo(1);
    }

    @Test
    void theFailedAreTriedAgainAndNobodyElse() {
        context.run(RUN);
        var before = hosts.stream().map(host -> host.deeds.size()).toList();
        var retried = context.run("runs", "retry", "last", "--failed");
        assertThat(retried.out()).contains("    failed 1\n");
        assertThat(retried.code()).isEqualTo(4);
        assertThat(hosts.stream().map(host -> host.deeds.size()).toList())
                .isEqualTo(List.of(before.get(0), before.get(1) + 1, before.get(2)));
        assertThat(context.run("runs").out().lines()).hasSize(2);
        assertThat(context.run("runs", "retry", "last").code()).isEqualTo(2);
    }

    @Test
    void whereNothingCanBeWrittenDownNothingIsChangedAndLookingGoesOn() throws IOException {
        Files.writeString(folder(), "in the way");
        var refused = context.run(RUN);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err())
                .contains("nothing was sent: the run cannot be written down")
                .contains(folder().toString());
        assertThat(deeds()).isZero();
        var looked = context.run("run", "node.ping", "-I", "n-1");
        assertThat(looked.err()).contains("is not written down any further");
        assertThat(looked.code()).isZero();
        assertThat(hosts.getFirst().deeds).hasSize(1);
    }

    @Test
    void aRunThatIsGoingOnIsLeftAlone() throws IOException {
        context.run(RUN);
        try (var _ = Journal.open(journal(), _ -> {})) {
            assertThat(context.run("runs").out()).contains(" running ");
            var shown = context.run("runs", "show", "last");
            assertThat(shown.err())
                    .contains("is running, and this is how far it is: muster runs follow");
            assertThat(context.run("runs", "last")).isEqualTo(shown);
            var resumed = context.run("runs", "resume", "last");
            assertThat(resumed.code()).isEqualTo(1);
            assertThat(resumed.err()).contains("is running: another process is at it");
        }
    }

    @Test
    void aRunIsNamedClearlyOrNotAtAll() throws IOException {
        assertThat(context.run("runs", "show", "last").err()).contains("no run is kept");
        context.run(RUN);
        context.run(RUN);
        var ids = context.run("runs", "--output", "names").out().lines().toList();
        assertThat(ids).hasSize(2);
        assertThat(context.run("runs", "show", ids.getFirst().substring(0, 8)).code()).isEqualTo(4);
        var several = context.run("runs", "show", "");
        assertThat(several.code()).isEqualTo(2);
        assertThat(several.err()).contains("2 runs begin with ''", ids.getFirst());
        assertThat(context.run("runs", "show", "xyz").err()).contains("no run 'xyz'");
        assertThat(context.run("runs", "--limit", "0").code()).isEqualTo(2);
    }

    @Test
    void anotherOperatorCannotGoOnWithIt() throws IOException {
        context.run(RUN);
        context.keys(context.folder(), village.authority().operator("bob"));
        var all = records();
        leave(all.subList(0, all.size() - 1));
        var resumed = context.run("runs", "resume", "last");
        assertThat(resumed.code()).isEqualTo(2);
        assertThat(resumed.err()).contains("only operator/alice can go on with it");
    }

    @Test
    void oldRunsGo() throws IOException {
        context.run(RUN);
        var old = kept().getFirst();
        Files.move(old, folder().resolve("1700000000000-" + "a".repeat(12)));
        assertThat(context.run("runs").out()).contains("aaaaaaaaaaaa");
        context.run("run", "node.ping", "-I", "n-1");
        assertThat(kept()).hasSize(1);
        assertThat(context.run("runs").out()).doesNotContain("aaaaaaaaaaaa");
    }

    @Test
    void nothingIsWrittenDownThatIsNoRun() throws IOException {
        context.run("ping");
        context.run("run", "user.ensure", "name=d", "-I", "nobody");
        assertThat(folder()).doesNotExist();
    }
}
