package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.action.ActionClass;
import io.muster.message.Bytes;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.node.helper.Word;
import io.muster.node.trust.TrustRules;
import io.muster.security.Documents;
import io.muster.security.PayloadType;
import io.muster.trust.PolicyBundle;
import io.muster.trust.PolicyBundle.Part;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What the root helper goes by when it decides: all that the node agent does. */
class HelperGroundsTest {
    @TempDir private Path directory;
    private HelperFixture helper;

    @BeforeEach
    void start() throws IOException {
        helper = new HelperFixture(directory);
    }

    @AfterEach
    void stop() throws InterruptedException {
        helper.close();
    }

    private Word change() throws IOException {
        return helper.ask(helper.node.draft("test.change", ActionClass.CHANGE).message());
    }

    @Test
    void itTakesFromTheSettingsHowFreshListsMustBe() throws IOException, InterruptedException {
        helper.demand(new TrustRules(Duration.ofDays(7), true));
        HelperFixture.assertRefused(change(), Reason.LISTS_STALE);
        helper.demand(TrustRules.DEFAULT);
        assertThat(change()).isEqualTo(new Word.Done(Outcome.ok("done")));
    }

    @Test
    void itDecidesByThePolicyBundleAfterARestartToo() throws IOException, InterruptedException {
        assertThat(change()).isEqualTo(new Word.Done(Outcome.ok("done")));
        assertThat(helper.ask(new Word.Tell(bundle("{\"rules\":[]}")))).isEqualTo(new Word.Heard());
        HelperFixture.assertRefused(change(), Reason.POLICY);
        helper.restart();
        HelperFixture.assertRefused(change(), Reason.POLICY);
    }

    private Bytes bundle(String policy) {
        var bundle =
                new PolicyBundle("test", 1, NodeFixture.NOON, List.of(new Part(Map.of(), policy)));
        return Documents.sign(
                helper.node.fleet.operatorsIssuer(), PayloadType.POLICY, bundle.encode());
    }
}
