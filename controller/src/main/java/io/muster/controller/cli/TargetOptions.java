package io.muster.controller.cli;

import io.muster.controller.ControllerConfig.Method;
import io.muster.controller.TargetState;
import io.muster.controller.discovery.NodesFile;
import io.muster.controller.discovery.Targets;
import io.muster.controller.plan.PlanFile;
import io.muster.controller.plan.RoleMap;
import io.muster.filter.Filter;
import io.muster.message.Collective;
import io.muster.message.Escape;
import io.muster.message.MalformedException;
import io.muster.message.Nearest;
import io.muster.security.Attributes;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;

/** Which nodes, and how to find them. */
final class TargetOptions {

    @Mixin private FilterOptions filters = new FilterOptions();

    @Mixin private CollectiveOption collective = new CollectiveOption();

    @Option(
            names = "--nodes",
            paramLabel = "FILE",
            description = {
                "Only nodes in this file: a name a line, lines of a hosts",
                "file, or what muster printed as JSON; - is standard",
                "input."
            })
    private Optional<String> nodes = Optional.empty();

    @Option(
            names = "--nodes-in",
            split = ",",
            paramLabel = "STATE",
            description = {
                "Of the JSON of a run, only nodes that ended so: failed,",
                "no-reply; several with commas."
            })
    private List<String> states = new ArrayList<>();

    @Option(
            names = "--plan",
            paramLabel = "FILE",
            description = "Only nodes that this plan of a site names.")
    private Optional<String> plan = Optional.empty();

    @Option(
            names = "--role",
            split = ",",
            paramLabel = "ROLE",
            description = "Of the plan, only nodes of this role; several with commas.")
    private List<String> roles = new ArrayList<>();

    @Option(
            names = "--attested",
            paramLabel = "NAME=VALUE",
            description = {
                "Only nodes of which the authority attests that, in",
                "their certificates."
            })
    private List<String> attested = new ArrayList<>();

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

    private Optional<List<String>> listed = Optional.empty();

    /**
     * What must hold.
     *
     * @throws io.muster.filter.FilterException if a text is not in the language
     */
    Filter filter() {
        return filters.filter();
    }

    /** The names in the file or plan that lists the nodes; once {@link #check} has read it. */
    Optional<List<String>> nodes() {
        return listed;
    }

    /** The collective, if one is named. */
    Optional<Collective> collective() {
        return collective.get();
    }

    /** The way to find them, if one is named. */
    Optional<Method> discovery() {
        try {
            return discovery.map(Method::parse);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--discovery: " + e.getMessage());
        }
    }

    /** What their certificates must say of them. */
    Attributes attested() {
        try {
            return Attributes.parse(String.join(",", attested));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--attested: " + e.getMessage());
        }
    }

    /** Whether somebody said which nodes: with a filter, an attribute, a list or a plan. */
    boolean selective() {
        return !filter().everything()
                || nodes.isPresent()
                || plan.isPresent()
                || !attested.isEmpty();
    }

    /**
     * How many nodes somebody named one by one, with {@code -I} or in a list; each may be one node
     * only, whatever nodes call themselves.
     */
    int named() {
        var typed = filter().identities().stream().map(String::strip).distinct().toList();
        var patterns = typed.stream().anyMatch(text -> text.startsWith("/"));
        return listed.map(List::size).orElse(patterns ? 0 : typed.size());
    }

    /** Whether the list of nodes is typed or piped in. */
    boolean typedIn() {
        return nodes.or(() -> plan).filter("-"::equals).isPresent();
    }

    /** Whether only some of those that match the filter are wanted. */
    boolean limited() {
        return limit.isPresent() || !attested.isEmpty();
    }

    /** Those that are wanted of those that match. */
    Targets choose(Targets matching, RandomGenerator random) {
        if (limit.isEmpty()) {
            return matching;
        }
        var number = Limit.parse(limit.get()).of(matching.all().size());
        return matching.choose(number, new Random(seed.orElseGet(random::nextLong)));
    }

    private List<String> names(Surroundings around, String file) {
        var source = NamedFile.called(file);
        try {
            var text = NamedFile.read(around, "--nodes", file);
            return NodesFile.read(source, text, new LinkedHashSet<>(states));
        } catch (MalformedException e) {
            throw new UsageException("--nodes " + e.problem());
        }
    }

    private List<String> planned(Surroundings around, String file) {
        var source = NamedFile.called(file);
        var text = NamedFile.read(around, "--plan", file);
        RoleMap site;
        try {
            site = PlanFile.read(source, text);
        } catch (MalformedException e) {
            throw new UsageException(e.problem());
        }
        try {
            return site.names(roles);
        } catch (MalformedException e) {
            throw new UsageException("--role: " + source + " has " + e.problem());
        }
    }

    /** Complains now about what would otherwise be found out after the discovery. */
    void check(Surroundings around) {
        filter();
        collective();
        attested();
        discovery();
        limit.ifPresent(Limit::parse);
        if (seed.isPresent() && limit.isEmpty()) {
            throw new UsageException("--seed says how --limit chooses, and there is no --limit");
        }
        checkStates();
        if (nodes.isPresent() && plan.isPresent()) {
            throw new UsageException("--nodes and --plan both say which nodes: give one of them");
        }
        if (!roles.isEmpty() && plan.isEmpty()) {
            throw new UsageException("--role chooses of --plan FILE, and there is none");
        }
        listed =
                nodes.map(file -> names(around, file))
                        .or(() -> plan.map(file -> planned(around, file)));
    }

    private void checkStates() {
        if (!states.isEmpty() && nodes.isEmpty()) {
            throw new UsageException("--nodes-in chooses of --nodes FILE, and there is none");
        }
        var known = Arrays.stream(TargetState.values()).map(TargetState::word).toList();
        for (var state : states) {
            if (!known.contains(state)) {
                throw new UsageException(
                        "--nodes-in "
                                + Escape.quoted(state)
                                + ": "
                                + String.join(", ", known)
                                + Nearest.hint(state, known));
            }
        }
    }
}
