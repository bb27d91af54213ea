package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.testing.Needed;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the systemd units promise. */
class UnitsIT {
    private static final Path ANALYZE = Path.of("/usr/bin/systemd-analyze");

    private static List<String> unit(String name) throws IOException {
        return Files.readAllLines(Path.of("systemd").resolve(name));
    }

    @Test
    void theNodeAgentIsAUserOfItsOwnWithItsOwnState() throws IOException {
        assertThat(unit("muster-agent.service"))
                .contains(
                        "User=muster",
                        "NoNewPrivileges=yes",
                        "CapabilityBoundingSet=",
                        "StateDirectoryMode=0700",
                        "Restart=always",
                        "RestartPreventExitStatus=78");
    }

    /** Also one that ends by itself because it hears nothing any more, however often. */
    @Test
    void whoEndsIsStartedAgain() throws IOException {
        for (var unit : List.of("muster-agent.service", "muster-hub.service")) {
            assertThat(unit(unit)).contains("Restart=always", "StartLimitIntervalSec=0");
        }
    }

    @Test
    void whatTheHelperRunsMakesFilesThatOthersMayRead() throws IOException {
        assertThat(unit("muster-helper.service")).contains("UMask=0022", "StandardInput=socket");
    }

    @Test
    void onlyTheNodeAgentMayCallTheHelper() throws IOException {
        assertThat(unit("muster-helper.socket"))
                .contains("SocketUser=muster", "SocketMode=0600", "DirectoryMode=0755");
    }

    @Test
    void theHubCannotReachTheRootNorTheIssuerOfOperators() throws IOException {
        assertThat(unit("muster-hub.service"))
                .contains(
                        "Restart=always",
                        "NoNewPrivileges=yes",
                        "CapabilityBoundingSet=",
                        "ProtectSystem=strict",
                        "ProtectKernelTunables=yes",
                        "InaccessiblePaths=-/var/lib/muster/ca/root -/var/lib/muster/ca/operators");
    }

    @Test
    void theNodeAgentIsExposedNoMoreThanTwoOfTen() throws IOException, InterruptedException {
        exposure("muster-agent.service", 20);
    }

    @Test
    void theHubIsExposedNoMoreThanTwoAndAHalfOfTen() throws IOException, InterruptedException {
        exposure("muster-hub.service", 25);
    }

    private static void exposure(String unit, int most) throws IOException, InterruptedException {
        Needed.that(Files.isExecutable(ANALYZE), "systemd");
        var process =
                new ProcessBuilder(
                                ANALYZE.toString(),
                                "security",
                                "--offline=true",
                                "--threshold=" + most,
                                "--no-pager",
                                "systemd/" + unit)
                        .redirectErrorStream(true)
                        .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).contains("Overall exposure level");
    }
}
