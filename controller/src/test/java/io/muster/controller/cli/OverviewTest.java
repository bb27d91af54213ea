package io.muster.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.Village;
import io.muster.controller.cli.CommandContext.Ran;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import picocli.CommandLine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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
        assertThat(ran.out()).contains("Examples:\n  muster ");
        assertThat(ran.out().lines()).allMatch(line -> line.length() <= 80);
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
        assertThat(ran.out()).containsPattern("Examples:\n  .*muster " + verb.word());
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
    void anOptionOfOneLetterIsNotGuessed() {
        var ran = run("filter", "-q");
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("'-q'").doesNotContain("did you mean");
    }

    @Test
    void aMissingWordIsNamed() {
        var ran = run("run");
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("ACTION");
        assertThat(run("runs", "cancel").err())
                .isEqualTo(
                        "muster runs cancel: Missing required parameter: 'RUN'\n"
                                + "Try muster runs cancel --help\n");
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
        assertThat(ran.out())
                .contains(
                        "init token tokens list sign reject revoke clean collectives publish lists"
                                + " unlock operator renew hub");
    }

    /** The options that the sources of a command line declare. */
    private static Set<String> declared(String... files) throws IOException {
        var options = new TreeSet<String>();
        for (var file : files) {
            var source = Files.readString(Path.of("..").resolve(file));
            Pattern.compile("names = \\{?((?:\"[a-z-]+\",? ?)+)")
                    .matcher(source)
                    .results()
                    .flatMap(names -> Pattern.compile("-[a-z-]+").matcher(names.group(1)).results())
                    .forEach(name -> options.add(name.group()));
        }
        return options;
    }

    private static CommandLine word(CommandLine line, String word) {
        return Objects.requireNonNull(line.getSubcommands().get(word), word);
    }

    private static Set<String> completed(CommandLine line) {
        var options = new TreeSet<String>();
        line.getCommandSpec().options().forEach(option -> options.addAll(List.of(option.names())));
        options.remove("--debug");
        return options;
    }

    @ParameterizedTest
    @CsvSource({
        "init, CaInit Unlocking OperatorPassphrase",
        "token, CaToken Attested",
        "tokens, CaTokens",
        "list, CaList",
        "sign, CaSign Attested Choice",
        "reject, CaReject Choice",
        "revoke, CaRevoke Sureness Unlocking",
        "publish, CaPublish Unlocking",
        "lists, CaLists",
        "unlock, CaUnlock Unlocking",
        "clean, CaClean Sureness",
        "collectives, CaCollectives",
        "operator, CaOperator Unlocking OperatorPassphrase",
        "renew, CaRenew",
        "hub, CaHub"
    })
    void completionKnowsWhatTheAuthorityTakes(String word, String classes) throws IOException {
        var files =
                Stream.concat(
                                Pattern.compile(" ").splitAsStream(classes),
                                Stream.of("AuthorityOptions"))
                        .map(name -> "hub/src/main/java/io/muster/hub/cli/" + name + ".java")
                        .toArray(String[]::new);
        var line = word(Elsewhere.of("ca"), word);
        assertThat(completed(line)).isEqualTo(declared(files));
    }

    @Test
    void completionKnowsEveryWordOfTheAuthority() throws IOException {
        var verbs = Files.readString(Path.of("../hub/src/main/java/io/muster/hub/cli/CaVerb.java"));
        var words =
                Pattern.compile("(?m)^    ([A-Z]+)\\(\"")
                        .matcher(verbs)
                        .results()
                        .map(verb -> verb.group(1).toLowerCase(Locale.ROOT));
        assertThat(Elsewhere.of("ca").getSubcommands().keySet())
                .containsExactlyElementsOf(words.toList());
    }

    @Test
    void completionKnowsWhatThereIsToDoWithPolicies() throws IOException {
        var policy = Elsewhere.of("policy");
        var node = "node-agent/src/main/java/io/muster/node/";
        var hub = "hub/src/main/java/io/muster/hub/cli/";
        assertThat(completed(word(policy, "push")))
                .isEqualTo(
                        declared(
                                hub + "PolicyPush.java",
                                hub + "Unlocking.java",
                                hub + "AuthorityOptions.java"));
        var explain = declared(node + "PolicyExplainCommand.java");
        explain.remove("-o");
        assertThat(completed(word(policy, "explain"))).isEqualTo(explain);
        var check = declared(node + "PolicyCheckCommand.java");
        check.remove("-o");
        assertThat(completed(word(policy, "check"))).isEqualTo(check);
    }

    @Test
    void completionKnowsWhatTheDaemonsTake() throws IOException {
        assertThat(completed(Elsewhere.of("hub")))
                .isEqualTo(declared("hub/src/main/java/io/muster/hub/cli/HubCommand.java"));
        var agent = Elsewhere.of("agent");
        var declared = declared("node-agent/src/main/java/io/muster/node/AgentCommand.java");
        declared.remove("--debug");
        assertThat(completed(agent)).isEqualTo(declared);
        assertThat(completed(word(agent, "join")))
                .isEqualTo(declared("node-agent/src/main/java/io/muster/node/JoinCommand.java"));
        assertThat(completed(word(agent, "seal")))
                .isEqualTo(declared("node-agent/src/main/java/io/muster/node/SealCommand.java"));
    }
}
