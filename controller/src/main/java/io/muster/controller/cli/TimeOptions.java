package io.muster.controller.cli;

import io.muster.action.ActionSpec;
import io.muster.action.BuiltIn;
import io.muster.controller.ControllerConfig;
import io.muster.controller.Run;
import io.muster.filter.Filter;
import io.muster.message.Spans;
import io.muster.message.Value.Fields;

import picocli.CommandLine.Option;

import java.time.Duration;
import java.util.Optional;

/** How long a request is valid, and how long to wait for the answers. */
final class TimeOptions {
    /** A machine needs that long to go down and come up again, if all is well. */
    private static final Duration REBOOT = Duration.ofMinutes(5);

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "TIME",
            description = "How long to wait for the answers: 90s, 5m.")
    private Optional<String> timeout = Optional.empty();

    @Option(names = "--ttl", paramLabel = "TIME", description = "For how long a node may start it.")
    private Optional<String> ttl = Optional.empty();

    /** How long to wait, if it was said. */
    Optional<Duration> timeout() {
        return timeout.map(text -> span("--timeout", text));
    }

    /** That action, asked of those. */
    Run run(
            ActionSpec spec,
            Fields arguments,
            Filter filter,
            boolean dryRun,
            ControllerConfig config) {
        return new Run(
                spec.name(),
                spec.actionClass(),
                arguments,
                filter,
                dryRun,
                ttl(spec, config),
                timeout().or(config::timeout).orElseGet(() -> usual(spec, config)));
    }

    private Duration ttl(ActionSpec spec, ControllerConfig config) {
        var most = spec.actionClass().maxTtl();
        var wanted = ttl.map(text -> span("--ttl", text));
        if (wanted.isPresent() && wanted.get().compareTo(most) > 0) {
            throw new UsageException(
                    "--ttl "
                            + Spans.print(wanted.get())
                            + ": nodes accept at most "
                            + Spans.print(most)
                            + " for "
                            + spec.actionClass()
                            + " actions");
        }
        var usual = config.ttl().compareTo(most) > 0 ? most : config.ttl();
        return wanted.orElse(usual);
    }

    private static Duration usual(ActionSpec spec, ControllerConfig config) {
        return spec.name().equals(BuiltIn.NODE_REBOOT.name())
                ? REBOOT
                : spec.timeout().plus(config.margin());
    }

    private static Duration span(String option, String text) {
        try {
            var span = Spans.parse(text);
            if (span.isPositive()) {
                return span;
            }
            throw new IllegalArgumentException("must be longer than nothing");
        } catch (IllegalArgumentException e) {
            throw new UsageException(option + ": " + e.getMessage());
        }
    }

    /** Complains now about what would otherwise be found out after the discovery. */
    void check() {
        timeout();
        ttl.ifPresent(text -> span("--ttl", text));
    }
}
