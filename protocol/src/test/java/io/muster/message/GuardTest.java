package io.muster.message;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

import java.io.PrintWriter;
import java.io.StringWriter;

class GuardTest {
    private final StringWriter terminal = new StringWriter();

    @Test
    void whatATerminalWouldObeyIsShownInstead() {
        var out = Guard.of(new PrintWriter(terminal));
        out.print("a\u001b[2Jb\u009b2J\u202ec\u200b\u0007\n");
        out.flush();
        assertThat(terminal.toString())
                .isEqualTo("a\\u{1b}[2Jb\\u{9b}2J\\u{202e}c\\u{200b}\\u{7}\n");
    }

    @Test
    void coloursOfOursPassAlsoWhenTheyComeInPieces() {
        var out = Guard.of(new PrintWriter(terminal));
        out.print("\u001b[3");
        out.print("1mred\u001b");
        out.print("[m");
        out.flush();
        assertThat(terminal.toString()).isEqualTo("\u001b[31mred\u001b[m");
    }

    @Test
    void aLineArrivesAtOnceWhereThatIsWanted() {
        Guard.ofLines(new PrintWriter(terminal)).println("asking again");
        assertThat(terminal.toString()).isEqualTo("asking again\n");
    }

    @Property(tries = 500)
    void nothingElseEverPasses(@ForAll String text) {
        var all = new StringWriter();
        var out = Guard.of(new PrintWriter(all));
        out.print(text);
        out.flush();
        var drawn = all.toString().replaceAll("\u001b\\[(?:[0-9;]{0,12}m|K)", "");
        assertThat(drawn.codePoints()).allMatch(GuardTest::harmless);
    }

    private static boolean harmless(int c) {
        return c == '\n'
                || c == '\r'
                || c == '\t'
                || (c >= ' ' && c < 0x7f)
                || Escape.line(shown(c)).equals(shown(c));
    }

    private static String shown(int c) {
        return Character.toString(c);
    }
}
