package io.muster.controller.cli;

import io.muster.action.InvalidInputException;
import io.muster.config.ConfigException;
import io.muster.controller.ExitCode;
import io.muster.controller.discovery.Boots.UnknownBootException;
import io.muster.controller.discovery.Recipients.NoRecipientException;
import io.muster.controller.runs.RunsDirectory.NoRunException;
import io.muster.filter.FilterException;
import io.muster.journal.JournalException;
import io.muster.message.Escape;
import io.muster.message.MalformedException;
import io.muster.security.SecurityFileException;
import io.muster.transport.TransportException;

import java.io.PrintWriter;
import java.io.StringWriter;

/** Turns what went wrong into a line or two for the operator, and a code for scripts. */
final class Problems {
    /** A progress bar may be in the way. */
    private static final String START_OF_EMPTY_LINE = "\r\u001b[K";

    private Problems() {}

    /**
     * Says it.
     *
     * @param trace whether to show where in the program it came from
     */
    static ExitCode report(Surroundings around, String command, Throwable problem, boolean trace) {
        var err = around.err();
        var code = code(problem);
        if (around.errTerminal()) {
            err.print(START_OF_EMPTY_LINE);
        }
        if (code == ExitCode.STOPPED) {
            err.println(command + ": stopped before anything was sent");
        } else {
            message(problem).lines().forEach(line -> err.println(command + ": " + line));
        }
        if (code == ExitCode.USAGE) {
            err.println("Try " + command + " --help");
        }
        if (trace) {
            var origin = new StringWriter();
            problem.printStackTrace(new PrintWriter(origin));
            err.println(Escape.block(origin.toString()));
        }
        err.flush();
        return code;
    }

    private static ExitCode code(Throwable problem) {
        return switch (problem) {
            case UsageException _,
                    FilterException _,
                    InvalidInputException _,
                    NoRecipientException _,
                    NoRunException _ ->
                    ExitCode.USAGE;
            case UnableException unable -> unable.code();
            case InterruptedException _ -> ExitCode.STOPPED;
            default -> ExitCode.UNABLE;
        };
    }

    private static String message(Throwable problem) {
        var message = String.valueOf(problem.getMessage());
        return switch (problem) {
            case FilterException filter ->
                    message + "\n" + filter.pointer().indent(4).stripTrailing();
            case UsageException _,
                    UnableException _,
                    InvalidInputException _,
                    NoRecipientException _,
                    UnknownBootException _,
                    NoRunException _,
                    ConfigException _,
                    SecurityFileException _,
                    JournalException _,
                    MalformedException _ ->
                    message;
            case TransportException _ -> message + " (muster doctor looks closer)";
            default ->
                    Escape.line("a defect of muster: " + problem) + "; with --debug it says where";
        };
    }
}
