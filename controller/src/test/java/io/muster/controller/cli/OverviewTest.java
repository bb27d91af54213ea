package io.muster.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.Village;
import io.muster.controller.cli.CommandContext.Ran;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;

class OverviewTest {
    @TempDir private Path home;

    private Ran run(String... words) {
        try (var village = new Village()) {
            return new CommandContext(village, home).run(words);
        }
    }

    @Test
    void helpListsEveryVerbAndSucceeds() {
        var ran = run("--help");
        assertThat(ran.code()).isZero();
        assertThat(ran.err()).isEmpty();
        for (var word : Verb.words()) {
            assertThat(ran.out()).contains("\n  " + word + " ");
        }
        assertThat(run("help")).isEqualTo(ran);
    }

    @Test
    void nothingTypedIsAUsageError() {
        var ran = run();
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).startsWith("Usage: muster VERB");
    }

    @ParameterizedTest
    @EnumSource
    void everyVerbExplainsItself(Verb verb) {
        var ran = run(verb.word(), "--help");
        assertThat(ran.code()).isZero();
        assertThat(ran.err()).isEmpty();
        assertThat(ran.out()).startsWith("Usage: muster " + verb.word());
        if (verb != Verb.VERSION) {
            assertThat(ran.out()).contains("Examples:\n  ");
        }
        assertThat(ran.out().lines()).allMatch(line -> line.length() <= 80);
        assertThat(run("help", verb.word()).out()).isEqualTo(ran.out());
    }

    @Test
    void aMistypedVerbIsGuessed() {
        var ran = run("pign");
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err())
                .isEqualTo("muster: no verb 'pign'; did you mean ping?\nTry muster --help\n");
    }

    @Test
    void aVerbOfAnotherProgramIsSaidToBeThat() {
        var ran = run("hub");
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("muster hub is another program");
    }

    @Test
    void aMistypedOptionIsGuessed() {
        var ran = run("ping", "--limt", "3");
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("'--limt'").contains("did you mean --limit?");
        assertThat(ran.err()).endsWith("Try muster ping --help\n");
    }

    @Test
    void aMissingWordIsNamed() {
        var ran = run("run");
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("ACTION");
    }

    @Test
    void optionsMayStandBeforeTheVerb() {
        var ran = run("--context", "dr", "ping");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).contains("contexts/dr.conf: there is no such file");
    }

    @Test
    void theVersionIsSaid() {
        assertThat(run("version")).isEqualTo(new Ran("muster 1.2.3\n", "", 0));
        assertThat(run("--version")).isEqualTo(new Ran("muster 1.2.3\n", "", 0));
    }

    @Test
    void completionKnowsEveryVerb() {
        var ran = run("completion");
        assertThat(ran.code()).isZero();
        assertThat(ran.out()).startsWith("#!/usr/bin/env bash");
        for (var word : Verb.words()) {
            assertThat(ran.out()).contains(" " + word);
        }
    }
}
