package io.muster.controller;

import io.muster.config.Settings;
import io.muster.controller.discovery.Patience;
import io.muster.message.Collective;
import io.muster.message.Escape;
import io.muster.message.Spans;
import io.muster.transport.jms.BrokerAddress;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What an operator's command line needs to know; docs/controller-settings.md has the keys.
 *
 * @param hub where the bus is; tried in random order
 * @param fleet the fleet it must be, if that is to be checked
 * @param collective which nodes are spoken to unless told otherwise
 * @param credentials the directory of operator.key, operator.crt and trust.pem
 * @param heads where the replies are kept that name the head of a node's audit log
 * @param runs the directory of the journals of runs
 * @param keepRuns how long those are kept
 * @param passphrase the file with the passphrase of operator.key, if a person is not to be asked
 * @param method how targets are found unless told otherwise
 * @param patience how long to look for them
 * @param ttl for how long a request may be started
 * @param timeout how long to wait for answers; as the action needs, if absent
 * @param margin how much longer than the action may take
 * @param connectLimit how long to try to reach the bus
 */
public record ControllerConfig(
        List<BrokerAddress> hub,
        Optional<String> fleet,
        Collective collective,
        Path credentials,
        Path heads,
        Path runs,
        Duration keepRuns,
        Optional<Path> passphrase,
        Method method,
        Patience patience,
        Duration ttl,
        Optional<Duration> timeout,
        Duration margin,
        Duration connectLimit) {

    /** How targets are found. */
    public enum Method {
        /** By asking the hub. */
        PRESENCE,
        /** By asking the nodes. */
        BROADCAST;

        /** The word for it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * Reads the word.
         *
         * @throws IllegalArgumentException if it is none
         */
        public static Method parse(String word) {
            return Arrays.stream(values())
                    .filter(method -> method.word().equals(word))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new IllegalArgumentException(
                                            "neither presence nor broadcast: "
                                                    + Escape.quoted(word)));
        }
    }

    public ControllerConfig {
        hub = List.copyOf(hub);
    }

    /**
     * Reads the file.
     *
     * @param directory of the file: relative paths start there
     * @throws io.muster.config.ConfigException with every problem at once
     */
    public static ControllerConfig of(Settings settings, Path directory) {
        var usual = Patience.DEFAULT;
        var patience =
                new Patience(
                        span(settings, "discovery-window", usual.window()),
                        span(settings, "discovery-timeout", usual.limit()),
                        span(settings, "hub-timeout", usual.hub()),
                        usual.ttl());
        var config =
                new ControllerConfig(
                        settings.list(
                                "hub",
                                List.of(BrokerAddress.parse("localhost")),
                                BrokerAddress::parse),
                        settings.optional("fleet", text -> text),
                        settings.get("collective", Collective.MAIN, Collective::new),
                        settings.get("credentials", directory, directory::resolve),
                        settings.get("heads", directory.resolve("heads.jsonl"), directory::resolve),
                        settings.get("runs", directory.resolve("runs"), directory::resolve),
                        span(settings, "keep-runs", Duration.ofDays(30)),
                        settings.optional("passphrase-file", directory::resolve),
                        settings.get("discovery", Method.PRESENCE, Method::parse),
                        patience,
                        span(settings, "ttl", Duration.ofMinutes(1)),
                        settings.optional("timeout", ControllerConfig::positive),
                        span(settings, "reply-margin", Duration.ofSeconds(5)),
                        span(settings, "connect-timeout", Duration.ofSeconds(4)));
        settings.check();
        return config;
    }

    private static Duration span(Settings settings, String key, Duration fallback) {
        return settings.get(key, fallback, ControllerConfig::positive);
    }

    private static Duration positive(String text) {
        var span = Spans.parse(text);
        if (!span.isPositive()) {
            throw new IllegalArgumentException("must be longer than nothing");
        }
        return span;
    }
}
