package io.muster.node.action;

import io.muster.exec.Result;
import io.muster.exec.Result.Ending;
import io.muster.message.Escape;
import io.muster.message.FieldReader;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.Outcome;
import io.muster.message.Value.Fields;
import io.muster.node.host.Tree;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What became of a run of the Puppet agent. Its exit status alone does not tell: 1 stands for a
 * certificate that waits for a signature, for an agent that somebody disabled, for another run
 * under way, and for real failures. So its words and the files it keeps are read as well.
 */
final class PuppetRun {
    /** The most bytes of each stream that an answer carries. */
    static final int SHOWN = 16 * 1024;

    private static final String DISABLED_LOCK = "/agent_disabled.lock";

    private static final List<String> STATE_FOLDERS =
            List.of(
                    "/var/lib/puppet/state",
                    "/var/cache/puppet/state",
                    "/opt/puppetlabs/puppet/cache/state");

    private static final Pattern REASON = Pattern.compile("\\(Reason: '(.*?)'\\)");
    private static final Pattern FINGERPRINT =
            Pattern.compile("(?i)fingerprint \\(SHA256\\):? ([0-9A-F]{2}(?::[0-9A-F]{2}){31})");
    private static final Pattern CHANGED = Pattern.compile("\\(noop\\)");

    private final Tree files;
    private final Result result;
    private final Spoken spoken;
    private final boolean dryRun;
    private final String output;

    PuppetRun(Tree files, Result result, Spoken spoken, boolean dryRun) {
        this.files = files;
        this.result = result;
        this.spoken = spoken;
        this.dryRun = dryRun;
        output = result.stdout() + result.stderr();
    }

    Outcome outcome() {
        return switch (result.ending()) {
            case Ending.NotStarted(String problem) ->
                    Outcome.failed("no-tool", "puppet did not start: " + Escape.line(problem));
            case Ending.TimedOut() -> failed("timeout", "the run took too long and was ended");
            case Ending.Stopped() -> failed("stopped", "the run was stopped");
            case Ending.Exited(int status) ->
                    switch (status) {
                        case 0 -> unchanged();
                        case 2 ->
                                new Outcome.Changed(
                                        told("changed") + spoken.note(), data("changed"));
                        case 4, 6 -> failed("failed", "some resources failed" + firstError());
                        default -> other(status);
                    };
        };
    }

    private Outcome unchanged() {
        var would = CHANGED.matcher(output).results().count();
        return dryRun && would > 0
                ? new Outcome.Changed(would + " resources would be changed", data("changed"))
                : new Outcome.Ok(told("nothing to change") + spoken.note(), data("unchanged"));
    }

    private Outcome other(int status) {
        if (says("administratively disabled")) {
            return failed("disabled", "the Puppet agent is disabled" + reason());
        }
        if (says("already in progress")) {
            return failed("busy", "another run of the Puppet agent is under way");
        }
        if (says("has not been signed yet")
                || says("still need to sign this agent's certificate")
                || says("waitforcert setting is set to 0")
                || says("waitforcert is disabled")) {
            var print = FINGERPRINT.matcher(output);
            return failed(
                    "waiting-for-signature",
                    "the certificate waits for a signature"
                            + (print.find() ? ", fingerprint " + print.group(1) : ""));
        }
        if (says("does not match its private key") || says("does not match the private key")) {
            return failed(
                    "certificate-mismatch",
                    "the certificate belongs to another key: clean it on the Puppet server");
        }
        return failed("failed", "puppet ended with status " + status + firstError());
    }

    /** The reason as the agent said it, else as its lock file has it. */
    private String reason() {
        var said = REASON.matcher(output);
        return (said.find() ? Optional.of(said.group(1)) : lockedReason())
                .filter(reason -> !reason.isBlank())
                .map(reason -> ": " + Escape.line(reason))
                .orElse("");
    }

    private Optional<String> lockedReason() {
        for (var folder : STATE_FOLDERS) {
            try {
                var lock = files.read(folder + DISABLED_LOCK);
                if (lock.isPresent()) {
                    return new FieldReader("lock", Json.readLocal(lock.get()))
                            .optionalText("disabled_message", text -> text);
                }
            } catch (IOException | MalformedException _) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private boolean says(String words) {
        return output.contains(words);
    }

    private String told(String otherwise) {
        return output.lines()
                .filter(line -> line.contains("Applied catalog in"))
                .findFirst()
                .map(line -> otherwise + ": " + Escape.line(line.replaceFirst("^Notice: ", "")))
                .orElse(otherwise);
    }

    /** Facter's own complaints come first and by the dozen, and are never the reason. */
    private String firstError() {
        return output.lines()
                .filter(line -> line.startsWith("Error: ") && !line.startsWith("Error: Facter:"))
                .findFirst()
                .map(line -> ": " + excerpt(line.substring(7)))
                .orElse("");
    }

    private static String excerpt(String line) {
        return Excerpt.beginning(Escape.line(line), 512).text();
    }

    private Outcome failed(String code, String message) {
        return new Outcome.Failed(code, message, data(code));
    }

    private Fields data(String word) {
        var data = Fields.EMPTY.with("result", word);
        if (result.ending() instanceof Ending.Exited(int status)) {
            data = data.with("exit", status);
        }
        return spoken.into(data);
    }
}
