package io.muster.controller.cli;

import io.muster.action.ActionSpec;
import io.muster.action.BuiltIn;
import io.muster.controller.ControllerConfig;
import io.muster.controller.ControllerConfig.Method;
import io.muster.controller.Run;
import io.muster.controller.discovery.Patience;
import io.muster.filter.Filter;
import io.muster.message.Spans;
import io.muster.message.Value.Fields;

import picocli.CommandLine.Option;

import java.time.Duration;
import java.util.List;
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

    /** How long to wait for what an action says, of which perhaps nothing is known. */
    Duration waiting(Optional<ActionSpec> spec, ControllerConfig config) {
        return timeout()
                .or(config::timeout)
                .orElseGet(() -> spec.map(known -> usual(known, config)).orElse(REBOOT));
    }

    /**
     * How long to look for nodes, when they are all that is wanted: the hub, if it is the one who
     * is asked, and whoever else should answer.
     */
    Patience patience(ControllerConfig config, Method method) {
        var usual = config.patience();
        var ttl = ttl(BuiltIn.NODE_PING, config);
        if (timeout.isEmpty()) {
            return new Patience(usual.window(), usual.limit(), usual.hub(), ttl);
        }
        var limit = timeout().orElse(usual.limit());
        var aside = method == Method.BROADCAST && limit.compareTo(usual.hub()) > 0;
        return new Patience(usual.window(), limit, aside ? usual.hub() : limit, ttl);
    }

    /** How long to wait until a node has described an action. */
    Duration describing(ControllerConfig config) {
        var usual = usual(BuiltIn.NODE_ACTIONS, config);
        return timeout().filter(limit -> limit.compareTo(usual) < 0).orElse(usual);
    }

    private Duration ttl(ActionSpec spec, ControllerConfig config) {
        var most = spec.actionClass().maxTtl();
        var usual = config.ttl().compareTo(most) > 0 ? most : config.ttl();
        return wantedTtl(spec).orElse(usual);
    }

    private Optional<Duration> wantedTtl(ActionSpec spec) {
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
        return wanted;
    }

    private static Duration usual(ActionSpec spec, ControllerConfig config) {
        return spec.name().equals(BuiltIn.NODE_REBOOT.name())
                ? REBOOT
                : spec.timeout().plus(config.margin());
    }

    static Duration span(String option, String text) {
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

    /**
     * Complains now about what would otherwise be found out after the discovery.
     *
     * @param specs of the actions that will be asked for, as far as they are known
     */
    void check(List<ActionSpec> specs) {
        timeout();
        ttl.ifPresent(text -> span("--ttl", text));
        specs.forEach(this::wantedTtl);
    }

    /** Whether anything was said. */
    boolean said() {
        return timeout.isPresent() || ttl.isPresent();
    }
}
