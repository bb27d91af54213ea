package io.muster.controller.cli;

import static io.muster.controller.Village.HERE;
import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.action.BuiltIn;
import io.muster.controller.Village;
import io.muster.controller.discovery.Target;
import io.muster.message.Identity;
import io.muster.message.Outcome;
import io.muster.message.Reply;
import io.muster.message.Role;
import io.muster.message.Value.Fields;
import io.muster.security.PayloadType;
import io.muster.security.TestFleet;
import io.muster.transport.TransportException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;

class DoctorCommandTest {
    @TempDir private Path home;

    private final Village village = new Village();

    @AfterEach
    void close() {
        village.close();
    }

    private CommandContext ready() throws IOException {
        village.node("n-1", "web01", _ -> HERE);
        village.hub(up("n-1", "web01"));
        return CommandContext.ready(village, home);
    }

    @Test
    void aHealthyFleetIsWellAllAlong() throws IOException {
        var ran = ready().run("doctor");
        assertThat(ran.out().lines())
                .allMatch(
                        line ->
                                line.startsWith("ok    ")
                                        || line.matches(" {22}web01 by -?0\\.[0-9]{2} s"));
        assertThat(ran.out())
                .contains("ok    certificate     valid for 364 days")
                .contains("ok    nodes           1 answer, 0 are away")
                .contains("ok    hub clock ")
                .contains("ok    node clocks ")
                .contains(
                        "ok    policies        1 of 1 nodes say that nothing is wrong with theirs");
        assertThat(ran.code()).isZero();
    }

    @Test
    void aHubThatCannotUseItsRegistryIsNotWell() throws IOException {
        village.node("n-1", "web01", _ -> HERE);
        village.hub(
                (call, hub) -> {
                    var nodes = Village.rows(call.request(), up("n-1", "web01"));
                    var trouble = Fields.EMPTY.with("registry", "redis db:6379: away, for 3m");
                    call.reply(hub, "hub", 0, new Reply.Answer.Part(nodes));
                    call.reply(
                            hub, "hub", 1, new Reply.Answer.Final(new Outcome.Ok("all", trouble)));
                });
        var ran = CommandContext.ready(village, home).run("doctor");
        assertThat(ran.out())
                .contains(
                        "the hub cannot use it, and knows only what it hears itself: redis"
                                + " db:6379: away, for 3m");
        assertThat(ran.code()).isEqualTo(1);
    }

    @Test
    void aNodeThatCannotUseItsPolicyIsNamed() throws IOException {
        village.node(
                "n-1",
                "web01",
                request ->
                        request.action().equals(BuiltIn.TRUST_STATUS.name())
                                ? new Outcome.Ok(
                                        "", Fields.EMPTY.with("policy_problem", "no \u001b word"))
                                : HERE);
        village.hub(up("n-1", "web01"));
        var ran = CommandContext.ready(village, home).run("doctor");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out())
                .contains("FAIL  policies        1 node does not go by the policy")
                .contains("web01: no ")
                .contains("muster policy check FILE")
                .doesNotContain("\u001b");
    }

    private CommandContext withKeysFor(Duration age, Duration whole) throws IOException {
        var issued = Instant.now().minus(age);
        var fleet = new TestFleet("test", issued);
        var alice =
                fleet.credentials(
                        fleet.operatorsIssuer(),
                        new Identity("test", Role.OPERATOR, "alice"),
                        whole);
        return CommandContext.ready(village, home).keys(home.resolve(".config/muster"), alice);
    }

    @Test
    void aFreshCertificateOfAWeekIsWell() throws IOException {
        var ran = withKeysFor(Duration.ofMinutes(1), Duration.ofDays(7)).run("doctor", "-t", "1s");
        assertThat(ran.out()).contains("ok    certificate     valid for 6 days, until ");
    }

    @Test
    void theLastDayOfAWeekIsTimeForAnother() throws IOException {
        var ran = withKeysFor(Duration.ofDays(6), Duration.ofDays(7)).run("doctor", "-t", "1s");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out())
                .containsPattern("FAIL  certificate     expires in 2[34] hours, on ")
                .contains("have a new one made (muster ca operator alice)");
    }

    @Test
    void ctrlCIsNoFindingAboutTheFleet() throws IOException {
        village.hub(up("n-1", "web01"));
        var doctor = Thread.currentThread();
        village.node("n-1", (_, _) -> doctor.interrupt());
        var ran = CommandContext.ready(village, home).run("doctor");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(ran.code()).isEqualTo(130);
        assertThat(ran.out())
                .endsWith(
                        "FAIL  examination     stopped before its end:"
                                + " what follows was not looked at\n");
        assertThat(ran.out()).doesNotContain("nodes           ");
    }

    @Test
    void whatIsNotWellIsSaidWithWhatToDo() throws IOException {
        village.hub(up("n-1", "web01"));
        var context = CommandContext.ready(village, home);
        context.config("discovery-timeout = 400ms\n");
        var ran = context.run("doctor");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out()).contains("FAIL  nodes").contains("web01 (n-1)").contains("logs");
        var json = context.run("doctor", "--output", "json");
        assertThat(json.out()).contains("\"well\" : false");
        context.connector(
                (_, _, _) -> {
                    throw new TransportException("cannot connect: refused");
                });
        assertThat(context.run("doctor").out())
                .contains("FAIL  hub             cannot connect: refused\n")
                .contains("is it running there (muster hub)");
        context.config("nonsense");
        assertThat(context.run("doctor").out()).startsWith("FAIL  configuration");
    }

    /** A node whose clock is that far behind ours. */
    private void late(String id, String name, Duration late) {
        village.node(
                id,
                (call, node) -> {
                    var now = Instant.now().minus(late);
                    var reply =
                            new Reply(
                                    call.request().id(),
                                    call.digest(),
                                    node.identity(),
                                    name,
                                    0,
                                    new Reply.Answer.Final(HERE),
                                    now,
                                    now,
                                    "boot-1");
                    call.send(node.signer().sign(PayloadType.REPLY, reply.encode()));
                });
    }

    @Test
    void aNodeWhoseClockIsWrongIsNamed() throws IOException {
        late("n-1", "web01", Duration.ofSeconds(90));
        village.hub(up("n-1", "web01"));
        var ran = CommandContext.ready(village, home).run("doctor");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out()).contains("FAIL  node clocks").containsPattern("web01 by -(89|90)\\.");
    }

    @Test
    void everyNodesClockIsShownAlignedTheWorstFirst() throws IOException {
        for (int i = 1; i <= 25; i++) {
            late("n-" + i, "web" + i, i == 7 ? Duration.ofSeconds(90) : Duration.ZERO);
        }
        village.hub(
                IntStream.rangeClosed(1, 25)
                        .mapToObj(i -> up("n-" + i, "web" + i))
                        .toArray(Target[]::new));
        var ran = CommandContext.ready(village, home).run("doctor");
        assertThat(ran.out()).contains("FAIL  node clocks     1 of 25 are off ours");
        var lines = ran.out().lines().filter(l -> l.matches(" {22}web[0-9]+ +by .*")).toList();
        assertThat(lines).hasSize(25);
        assertThat(lines.getFirst()).matches(" {22}web7  by -(89|90)\\.[0-9]{2} s");
        assertThat(lines.stream().skip(1))
                .allMatch(l -> l.matches(" {22}web[0-9 ]{2} by +-?0\\.[0-9]{2} s"));
        assertThat(lines).allMatch(l -> l.length() == lines.getFirst().length());
    }
}
