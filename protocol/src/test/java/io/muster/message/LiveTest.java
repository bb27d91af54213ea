package io.muster.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Value.Fields;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

import org.junit.jupiter.api.Test;

class LiveTest {
    private static Live again(Live live) {
        return Live.of(Json.read(Json.write(live.toValue())));
    }

    @Property(tries = 100)
    void whatIsSaidIsUnderstood(
            @ForAll @Size(min = 1, max = 300) byte[] bytes,
            @ForAll @LongRange(min = 0, max = 1L << 50) long number) {
        var output = new Live.Output("stderr", number, Bytes.wrap(bytes));
        assertThat(again(output)).isEqualTo(output);
        var progress = new Live.Progress(number / 2, number, "copying");
        assertThat(again(progress)).isEqualTo(progress);
    }

    @Property(tries = 200)
    void anythingElseIsRefusedWithAReason(
            @ForAll @StringLength(max = 20) String text, @ForAll long number) {
        for (var name : new String[] {"stream", "offset", "bytes", "done", "of", "step"}) {
            var right = Fields.EMPTY.with("done", 1).with("of", 2).with("step", "x");
            var output =
                    Fields.EMPTY.with("stream", "stdout").with("offset", 0).with("bytes", "QQ==");
            for (var form : new Fields[] {right, output}) {
                understoodOrNot(form.with(name, text));
                understoodOrNot(form.with(name, number));
                understoodOrNot(form.with(name, Fields.EMPTY));
            }
        }
    }

    private static void understoodOrNot(Fields form) {
        try {
            assertThat(again(Live.of(form))).isEqualTo(Live.of(form));
        } catch (MalformedException e) {
            assertThat(e.problem()).isNotEmpty();
        }
    }

    @Test
    void thereAreBounds() {
        var large = Bytes.wrap(new byte[Live.MOST + 1]);
        assertThatThrownBy(() -> new Live.Output("stdout", 0, large))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> new Live.Progress(3, 2, ""))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> new Live.Progress(1, 2, "x".repeat(Live.STEP + 1)))
                .isInstanceOf(MalformedException.class);
        var largest = new Live.Output("stdout", 0, Bytes.wrap(new byte[Live.MOST]));
        assertThat(Json.write(largest.toValue()).length()).isLessThan(2 * Live.MOST);
    }
}
