package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the systemd units promise. */
class UnitsIT {
    @Test
    void whatTheNodeAgentRunsMakesFilesThatOthersMayReadAndItsStateIsItsOwn() throws IOException {
        assertThat(Files.readAllLines(Path.of("systemd/muster-agent.service")))
                .contains("UMask=0022", "StateDirectoryMode=0700", "RestartPreventExitStatus=78");
    }
}
