package io.muster.controller.cli;

import io.muster.filter.Filter;

import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;

/** What a node must be like: the same letters as mco. */
final class FilterOptions {

    @Option(
            names = {"-F", "--with-fact"},
            paramLabel = "FACT=VALUE",
            description = "Nodes with this fact: = != < <= > >= =~")
    private List<String> facts = new ArrayList<>();

    @Option(
            names = {"-C", "--with-class"},
            paramLabel = "CLASS",
            description = "Nodes with this class, or /regex/.")
    private List<String> classes = new ArrayList<>();

    @Option(
            names = {"-A", "--with-action"},
            paramLabel = "ACTION",
            description = "Nodes that can do this action.")
    private List<String> actions = new ArrayList<>();

    @Option(
            names = {"-I", "--with-identity"},
            paramLabel = "NODE",
            description = {"This node: id, host name or /regex/;", "several: any of them."})
    private List<String> identities = new ArrayList<>();

    @Option(
            names = {"-W", "--with"},
            paramLabel = "TERMS",
            description = "Facts and classes in one text, split at blanks.")
    private List<String> mixed = new ArrayList<>();

    @Option(
            names = {"-S", "--select"},
            paramLabel = "EXPR",
            description = "An expression with and, or, not and parentheses.")
    private List<String> expressions = new ArrayList<>();

    /**
     * What must hold.
     *
     * @throws io.muster.filter.FilterException if a text is not in the language
     */
    Filter filter() {
        refuseEmpty("-F", facts);
        refuseEmpty("-C", classes);
        refuseEmpty("-A", actions);
        refuseEmpty("-I", identities);
        refuseEmpty("-W", mixed);
        refuseEmpty("-S", expressions);
        return new Filter(facts, classes, actions, identities, mixed, expressions);
    }

    private static void refuseEmpty(String option, List<String> texts) {
        if (texts.stream().anyMatch(String::isBlank)) {
            throw new UsageException(
                    option + " '': empty; a filter for every node is to give none");
        }
    }
}
