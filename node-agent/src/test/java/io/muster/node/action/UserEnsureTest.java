package io.muster.node.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Outcome;
import io.muster.message.Value.Fields;
import io.muster.node.host.Host;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class UserEnsureTest extends UserEnsureContract {
    @TempDir private Path directory;

    @Override
    Host host() {
        return Trial.sandbox(directory);
    }

    @Test
    void existingUserOfTheSystemIsAConflict() throws IOException {
        Trial.put(
                directory, "etc/passwd", "mysql:x:110:115::/nonexistent:/bin/false\n", "rw-r--r--");

        var outcome = Trial.on(host()).run("user.ensure", Fields.EMPTY.with("name", "mysql"));

        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        assertThat(outcome.message()).contains("uid 110");
    }

    @Test
    void everyGroupThatIsNotSimplyGivenIsDocumented() throws IOException {
        var told = Files.readString(Path.of("../docs/agent-settings.md"));
        assertThat(WantedUser.PRIVILEGED_GROUPS)
                .allMatch(group -> told.contains("`" + group + "`"));
        assertThat(WantedUser.RESERVED_GROUPS).allMatch(group -> told.contains("`" + group + "`"));
    }
}
