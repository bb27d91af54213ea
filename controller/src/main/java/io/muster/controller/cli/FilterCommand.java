package io.muster.controller.cli;

import io.muster.controller.ExitCode;
import io.muster.filter.DataFunctions;
import io.muster.filter.Filter;
import io.muster.filter.Subject;
import io.muster.filter.Verdict;
import io.muster.message.ActionName;
import io.muster.message.Escape;
import io.muster.message.NodeId;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.message.Value.Text;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

/** {@code muster filter}: what a filter says, and whether such a node would match. */
@Command(
        name = "filter",
        description = {
            "Say a filter in words; with --facts, whether such a node would match.",
            "Exit code 0: yes; 3: no; 2: not a filter."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster filter -S 'role=web and not (site=west or site=east)'",
            "  muster inventory web01 --output json > web01.json",
            "  muster filter -F role=web --facts web01.json",
            "  facter --yaml | muster filter -F os.family=Debian --facts -"
        })
final class FilterCommand implements Callable<ExitCode> {
    /** Of a node whose id nobody said; nobody types it, either. */
    private static final NodeId UNSAID = new NodeId("0".repeat(63));

    private final Surroundings around;

    @SuppressWarnings("unused") // picocli acts on it
    @Mixin
    private CommonOptions common = new CommonOptions();

    @Mixin private FilterOptions filters = new FilterOptions();

    @Option(
            names = "--facts",
            paramLabel = "FILE",
            description = {
                "Facts in JSON or YAML (- is standard input); an",
                "inventory brings classes, actions and name."
            })
    private Optional<String> facts = Optional.empty();

    @Option(names = "--classes", paramLabel = "FILE", description = "Classes, one a line.")
    private Optional<String> classes = Optional.empty();

    @Option(names = "--identity", paramLabel = "NAME", description = "Host name or id of the node.")
    private Optional<String> identity = Optional.empty();

    @Option(
            names = "--actions",
            paramLabel = "NAMES",
            split = ",",
            description = "What it can do, separated by commas.")
    private List<String> actions = new ArrayList<>();

    FilterCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public ExitCode call() {
        var filter = filters.filter();
        if (facts.isEmpty() && classes.isEmpty() && identity.isEmpty() && actions.isEmpty()) {
            around.out().println(filter.describe());
            return ExitCode.DONE;
        }
        var subject = subject();
        around.out().println(filter.describe());
        if (subject.name().isEmpty()
                && subject.id().equals(UNSAID)
                && !filter.identities().isEmpty()) {
            around.out()
                    .println(
                            "no: -I asks for a name, and such a node has none: --identity NAME"
                                    + " gives it one");
            return ExitCode.NOBODY;
        }
        return judge(filter, subject);
    }

    private ExitCode judge(Filter filter, Subject subject) {
        return switch (filter.verdict(subject, DataFunctions.NONE)) {
            case Verdict.Match() -> {
                around.out().println("yes: such a node matches");
                yield ExitCode.DONE;
            }
            case Verdict.Mismatch(String option, String text) -> {
                around.out()
                        .println("no: " + option + " '" + Escape.line(text) + "' does not hold");
                yield ExitCode.NOBODY;
            }
            case Verdict.Undecided(String option, String text, String why) -> {
                around.out()
                        .println(
                                "no: "
                                        + option
                                        + " '"
                                        + Escape.line(text)
                                        + "': "
                                        + Escape.line(why));
                yield ExitCode.NOBODY;
            }
        };
    }

    private Subject subject() {
        var document = facts.map(this::read).orElse(Fields.EMPTY);
        var whole = document.member("facts").orElse(Value.of(""));
        var inventory = whole instanceof Fields && document.member("id").isPresent();
        var known = whole instanceof Fields inner && inventory ? inner : document;
        var said = inventory ? document : Fields.EMPTY;
        var name = identity.or(() -> text(said, "name")).or(() -> text(known, "fqdn")).orElse("");
        return new Subject(
                id(identity.or(() -> text(said, "id")), name),
                name,
                known,
                classes.map(this::lines).orElseGet(() -> texts(said, "classes")),
                actionNames(actions.isEmpty() ? texts(said, "actions") : actions));
    }

    /** The id that was said; otherwise one that no filter matches unless it matches the name. */
    private static NodeId id(Optional<String> said, String name) {
        var shortName = name.split("\\.", 2)[0];
        return said.flatMap(FilterCommand::id).or(() -> id(shortName)).orElse(UNSAID);
    }

    private static Optional<NodeId> id(String text) {
        try {
            return Optional.of(new NodeId(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> text(Fields fields, String member) {
        return fields.member(member).filter(Text.class::isInstance).map(Value::toString);
    }

    private static Set<String> texts(Fields fields, String member) {
        var texts = new LinkedHashSet<String>();
        if (fields.member(member).orElse(Value.of("")) instanceof Items(List<Value> items)) {
            items.forEach(item -> texts.add(item.toString()));
        }
        return texts;
    }

    private static Set<ActionName> actionNames(Iterable<String> words) {
        var names = new LinkedHashSet<ActionName>();
        for (var word : words) {
            try {
                names.add(new ActionName(word));
            } catch (IllegalArgumentException e) {
                throw new UsageException("--actions: " + e.getMessage());
            }
        }
        return names;
    }

    private Fields read(String file) {
        return FactsFile.read(file, NamedFile.read(around, "--facts", file));
    }

    private Set<String> lines(String file) {
        var lines = new LinkedHashSet<String>();
        NamedFile.read(around, "--classes", file).lines().map(String::strip).forEach(lines::add);
        lines.remove("");
        return lines;
    }
}
