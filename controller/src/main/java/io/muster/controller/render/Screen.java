package io.muster.controller.render;

import io.muster.controller.TargetState;

import java.io.PrintWriter;

/**
 * What a command may write to, and how much room there is.
 *
 * @param out for results
 * @param err for everything else
 * @param width columns of the terminal
 * @param outTerminal whether a person reads {@code out}
 * @param errTerminal whether a person watches {@code err}
 * @param colour whether colours are wanted on {@code out}
 */
public record Screen(
        PrintWriter out,
        PrintWriter err,
        int width,
        boolean outTerminal,
        boolean errTerminal,
        boolean colour) {

    /** The state's word, in the colour of good, bad or missing. */
    String state(TargetState state) {
        var good = state.good() ? green(state.word()) : yellow(state.word());
        return state.bad() ? red(state.word()) : good;
    }

    String red(String text) {
        return paint("31", text);
    }

    String green(String text) {
        return paint("32", text);
    }

    String yellow(String text) {
        return paint("33", text);
    }

    String cyan(String text) {
        return paint("36", text);
    }

    private String paint(String code, String text) {
        return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
