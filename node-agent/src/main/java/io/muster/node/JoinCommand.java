package io.muster.node;

import io.muster.config.ConfigException;
import io.muster.enrolment.JoinClient;
import io.muster.enrolment.JoinException;
import io.muster.enrolment.JoinToken;
import io.muster.exec.ProcessRunner;
import io.muster.message.NodeId;
import io.muster.message.Spans;
import io.muster.security.SecurityFileException;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code muster agent join TOKEN}: gets this machine its certificate. */
@Command(
        name = "join",
        description = "Joins a fleet: makes a key, and gets a certificate for it from the hub.",
        footer = {
            "",
            "Examples:",
            "  muster agent join muster1.eyJ...      the token 'muster ca token' printed",
            "  muster agent join @/run/join.token    a token in a file, out of sight of 'ps'",
            "  muster agent join - < join.token      a token on standard input",
            "  muster agent join --new-key @token    after muster ca clean, or as a copy",
            "",
            "Asking again does no harm: the key is kept, and a machine that has joined says so."
                    + " One",
            "whose settings name a helper since then has it given what it needs: stop the node",
            "agent first."
        })
final class JoinCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "TOKEN",
            description = "The token, @FILE that holds it, or -; not for one that has joined.")
    private String token = "";

    @Option(
            names = "--id",
            paramLabel = "ID",
            description = "The id to ask for; default n-KEYHASH.")
    private @Nullable String id;

    @Option(
            names = "--new-key",
            description = {
                "Give up the keys and the certificate that this machine has, and join with",
                "new ones: those were revoked, or another machine has them too."
            })
    private boolean newKey;

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            defaultValue = "10m",
            description = "How long to go on asking; default ${DEFAULT-VALUE}.")
    private String patience = "10m";

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "/etc/muster/agent.conf",
            description = "Settings; default ${DEFAULT-VALUE}.")
    private Path config = AgentConfig.FILE;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("unused") // the parser acts on it
    private boolean help;

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        var out = java.util.Objects.requireNonNull(spec).commandLine().getOut();
        var err = spec.commandLine().getErr();
        try {
            return join(out, err);
        } catch (ConfigException | SecurityFileException e) {
            err.println(e.getMessage());
            return AgentMain.BAD_CONFIGURATION;
        } catch (JoinException | IOException e) {
            err.println("muster agent join: " + e.getMessage());
            return 1;
        } catch (IllegalArgumentException e) {
            err.println("muster agent join: " + e.getMessage());
            return 2;
        }
    }

    private int join(PrintWriter out, PrintWriter err) throws IOException, InterruptedException {
        var settings = AgentConfig.read(config);
        var membership = new Membership(settings);
        if (newKey) {
            var printed = printed();
            membership.giveUp();
            return join(settings, membership, printed, out, err);
        }
        if (membership.joined()) {
            if (!membership.settled()) {
                membership.settle();
                out.println("the root helper has what it needs: start both now");
            } else if (membership.unfinished()) {
                membership.finish();
                out.println("joining had been cut off before its end: the rest is done now");
            }
            var place = membership.place();
            out.println(
                    "already joined as "
                            + place.identity()
                            + ", certificate valid until "
                            + place.until()
                            + "; if that was made void: --new-key");
            return 0;
        }
        return join(settings, membership, printed(), out, err);
    }

    private int join(
            AgentConfig settings,
            Membership membership,
            JoinToken printed,
            PrintWriter out,
            PrintWriter err)
            throws IOException, InterruptedException {
        var clock = InstantSource.system();
        var client =
                new JoinClient(
                        clock,
                        new SecureRandom(),
                        Spans.parse(patience),
                        (why, pause) ->
                                err.println(
                                        why + "; asking again in " + Spans.print(rounded(pause))),
                        Thread::sleep);
        var wanted = Optional.ofNullable(id).map(NodeId::new);
        var host = Machine.host(settings, new ProcessRunner(), () -> {});
        var policy = membership.join(client, printed, host, wanted);
        var place = membership.place();
        out.println("joined as " + place.identity());
        out.println("certificate valid until " + place.until());
        if (policy) {
            out.println(
                    settings.policy()
                            + " written: every operator may look, nobody may change anything yet");
        }
        return 0;
    }

    private JoinToken printed() throws IOException {
        if (token.isEmpty()) {
            throw new IllegalArgumentException(
                    "a token is needed: muster ca token, at the hub, prints one");
        }
        if (token.equals("-")) {
            var reader =
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            var line = reader.readLine();
            return JoinToken.parse(line == null ? "" : line.strip());
        }
        return JoinToken.parse(
                token.startsWith("@")
                        ? Files.readString(Path.of(token.substring(1))).strip()
                        : token);
    }

    private static Duration rounded(Duration pause) {
        return Duration.ofSeconds(Math.max(1, pause.toSeconds()));
    }
}
