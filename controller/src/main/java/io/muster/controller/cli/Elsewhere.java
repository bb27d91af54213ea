package io.muster.controller.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

import java.util.stream.Stream;

/**
 * The command lines of the launcher's other programs, as far as completion needs to know them. They
 * are written down here because those programs are no part of this one; a test compares.
 */
final class Elsewhere {
    private Elsewhere() {}

    /** The command line of {@code muster} and that word. */
    static CommandLine of(String word) {
        return new CommandLine(
                switch (word) {
                    case "ca" -> authority();
                    case "broker" ->
                            CommandSpec.create()
                                    .addOption(help())
                                    .addSubcommand(
                                            "external",
                                            with(
                                                    "--check",
                                                    "--node",
                                                    "--operator",
                                                    "--limit",
                                                    "--output"));
                    case "hub" ->
                            with("--config", "--state", "--ca", "--listen", "--enrol", "--broker")
                                    .addOption(flag("--debug"));
                    case "policy" -> policy();
                    case "agent" ->
                            with("--config")
                                    .addOption(flag("--debug"))
                                    .addSubcommand(
                                            "join",
                                            with("--id", "--wait", "--config")
                                                    .addOption(flag("--new-key")))
                                    .addSubcommand("clock-ok", with("--config"))
                                    .addSubcommand(
                                            "seal",
                                            with("--root", "--config", "--output")
                                                    .addOption(flag("--yes")));
                    default -> throw new IllegalArgumentException("no program for " + word);
                });
    }

    /** Without {@code status}, which is this program's. */
    private static CommandSpec policy() {
        return CommandSpec.create()
                .addOption(help())
                .addSubcommand("push", with("--for", "--passphrase-file", "--dir"))
                .addSubcommand("check", with("--output", "--config"))
                .addSubcommand(
                        "explain",
                        with(
                                        "--caller",
                                        "--policy",
                                        "--targets",
                                        "--at",
                                        "--collective",
                                        "--attribute",
                                        "--node-attribute",
                                        "--fact",
                                        "--approvals",
                                        "--approved-by",
                                        "--sealed",
                                        "--output",
                                        "--config")
                                .addOption(flag("--broadcast")));
    }

    private static CommandSpec authority() {
        return CommandSpec.create()
                .addOption(help())
                .addSubcommand(
                        "init",
                        with(
                                        "--fleet",
                                        "--host",
                                        "--operator",
                                        "--operator-dir",
                                        "--broker-port",
                                        "--enrol-port",
                                        "--node-validity",
                                        "--operator-validity",
                                        "--server-validity",
                                        "--passphrase-file",
                                        "--operator-passphrase-file",
                                        "--dir")
                                .addOption(flag("--no-passphrase"))
                                .addOption(flag("--no-operator-passphrase")))
                .addSubcommand(
                        "token",
                        with(
                                "--uses",
                                "--valid",
                                "--id-pattern",
                                "--role",
                                "--attributes",
                                "--hub",
                                "--dir"))
                .addSubcommand("tokens", with("--revoke", "--dir"))
                .addSubcommand("list", with("--output", "--dir").addOption(flag("--waiting")))
                .addSubcommand(
                        "sign",
                        with("--role", "--attributes", "--dir")
                                .addOption(flag("--all"))
                                .addOption(flag("--yes", "-y")))
                .addSubcommand("reject", choosing())
                .addSubcommand(
                        "revoke",
                        with("--reason", "--passphrase-file", "--dir")
                                .addOption(flag("--yes", "-y")))
                .addSubcommand("clean", choosing())
                .addSubcommand("collectives", with("--dir"))
                .addSubcommand("publish", with("--dir", "--next", "--passphrase-file"))
                .addSubcommand("lists", with("--dir", "--output"))
                .addSubcommand("unlock", with("--dir", "--reason", "--passphrase-file"))
                .addSubcommand(
                        "operator",
                        with(
                                        "--out",
                                        "--valid",
                                        "--attributes",
                                        "--passphrase-file",
                                        "--operator-passphrase-file",
                                        "--dir")
                                .addOption(flag("--no-operator-passphrase")))
                .addSubcommand("renew", with("--dir"))
                .addSubcommand("hub", with("--host", "--dir"))
                .addSubcommand("change", change());
    }

    private static CommandSpec change() {
        return with("--dir")
                .addSubcommand(
                        "begin",
                        with("--passphrase-file", "--new-passphrase-file", "--dir")
                                .addOption(flag("--issuers-only"))
                                .addOption(flag("--no-new-passphrase")))
                .addSubcommand(
                        "use",
                        with("--without", "--passphrase-file", "--new-passphrase-file", "--dir"))
                .addSubcommand("drop", with("--without", "--passphrase-file", "--dir"))
                .addSubcommand("cancel", with("--passphrase-file", "--dir"))
                .addSubcommand("status", with("--output", "--dir"));
    }

    private static CommandSpec choosing() {
        return with("--dir").addOption(flag("--yes", "-y"));
    }

    /** A command that takes these with a value each, and can explain itself. */
    private static CommandSpec with(String... valued) {
        var spec = CommandSpec.create().addOption(help());
        Stream.of(valued)
                .map(name -> OptionSpec.builder(name).type(String.class).build())
                .forEach(spec::addOption);
        return spec;
    }

    private static OptionSpec help() {
        return flag("--help", "-h");
    }

    private static OptionSpec flag(String... names) {
        return OptionSpec.builder(names).type(boolean.class).build();
    }
}
