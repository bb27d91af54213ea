package io.muster.controller.cli;

import io.muster.controller.ControllerConfig.Method;
import io.muster.controller.discovery.Targets;
import io.muster.filter.Filter;
import io.muster.message.Collective;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;

/** Which nodes, and how to find them. */
final class TargetOptions {

    @Mixin private FilterOptions filters = new FilterOptions();

    @Option(
            names = {"-T", "--target"},
            paramLabel = "COLLECTIVE",
            description = "Nodes of this collective.")
    private Optional<String> collective = Optional.empty();

    @Option(
            names = "--nodes",
            paramLabel = "FILE",
            description = {
                "Only nodes in this file (- is standard input): a name a",
                "line, or what an earlier muster printed as JSON."
            })
    private Optional<String> nodes = Optional.empty();

    @Option(
            names = "--limit",
            paramLabel = "N|N%",
            description = "Only so many of them, chosen at random.")
    private Optional<String> limit = Optional.empty();

    @Option(names = "--seed", paramLabel = "NUMBER", description = "Choose the same ones again.")
    private Optional<Long> seed = Optional.empty();

    @Option(
            names = "--discovery",
            paramLabel = "METHOD",
            description = "presence: ask the hub; broadcast: ask the nodes.")
    private Optional<String> discovery = Optional.empty();

    /**
     * What must hold.
     *
     * @throws io.muster.filter.FilterException if a text is not in the language
     */
    Filter filter() {
        return filters.filter();
    }

    /** The file that lists the nodes. */
    Optional<String> nodes() {
        return nodes;
    }

    /** The collective, if one is named. */
    Optional<Collective> collective() {
        try {
            return collective.map(Collective::new);
        } catch (IllegalArgumentException e) {
            throw new UsageException("-T: " + e.getMessage());
        }
    }

    /** The way to find them, if one is named. */
    Optional<Method> discovery() {
        try {
            return discovery.map(Method::parse);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--discovery: " + e.getMessage());
        }
    }

    /** Whether somebody said which nodes: with a filter or a list. */
    boolean selective() {
        return !filter().everything() || nodes.isPresent();
    }

    /** Whether only some of those that match are wanted. */
    boolean limited() {
        return limit.isPresent();
    }

    /** Those that are wanted of those that match. */
    Targets choose(Targets matching, RandomGenerator random) {
        if (limit.isEmpty()) {
            return matching;
        }
        var number = Limit.parse(limit.get()).of(matching.all().size());
        return matching.choose(number, new Random(seed.orElseGet(random::nextLong)));
    }

    /** Complains now about what would otherwise be found out after the discovery. */
    void check() {
        filter();
        collective();
        discovery();
        limit.ifPresent(Limit::parse);
        if (seed.isPresent() && limit.isEmpty()) {
            throw new UsageException("--seed says how --limit chooses, and there is no --limit");
        }
    }
}
