package io.muster.hub.registry.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Bytes;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

class RespReaderTest {
    private long nanos;

    private Resp read(InputStream in) throws IOException {
        var reader = new RespReader(in, () -> nanos);
        reader.until(nanos + 1_000);
        return reader.next();
    }

    private Resp read(String text) throws IOException {
        return read(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static Resp text(String text) {
        return new Resp.Text(Bytes.utf8(text));
    }

    @Test
    void everyKindOfAnswerIsRead() throws IOException {
        assertThat(read("+OK\r\n")).isEqualTo(text("OK"));
        assertThat(read("-ERR no\r\n")).isEqualTo(new Resp.Failure("ERR no"));
        assertThat(read(":-12\r\n")).isEqualTo(new Resp.Whole(-12));
        assertThat(read("$5\r\na\r\nbc\r\n")).isEqualTo(text("a\r\nbc"));
        assertThat(read("$0\r\n\r\n")).isEqualTo(text(""));
        assertThat(read("$-1\r\n")).isEqualTo(new Resp.Nothing());
        assertThat(read("*-1\r\n")).isEqualTo(new Resp.Nothing());
        assertThat(read("*2\r\n:1\r\n*1\r\n$1\r\nx\r\n"))
                .isEqualTo(
                        new Resp.Items(
                                List.of(new Resp.Whole(1), new Resp.Items(List.of(text("x"))))));
    }

    @Test
    void whatIsTooLargeIsReadOverAndNotKept() throws IOException {
        var size = RespReader.MOST_TEXT + 1;
        assertThat(read("*2\r\n$" + size + "\r\n" + "x".repeat(size) + "\r\n:7\r\n"))
                .isEqualTo(new Resp.Items(List.of(new Resp.TooLarge(size), new Resp.Whole(7))));
    }

    /** Nothing is set aside for what is only announced. */
    @Test
    void whoeverAnnouncesGigabytesGetsNothing() {
        for (var hostile :
                List.of(
                        "$2147483647\r\n",
                        "$99999999999999\r\n",
                        "*2147483647\r\n",
                        "*4097\r\n",
                        "$-2\r\n",
                        "*1\r\n".repeat(1_000),
                        "+" + "x".repeat(5_000),
                        "$3\r\nabcd\r\n",
                        ":1x\r\n",
                        ":\r\n",
                        "+no end\r",
                        "~1\r\n",
                        "")) {
            assertThatThrownBy(() -> read(hostile)).as(hostile).isInstanceOf(IOException.class);
        }
    }

    @Test
    void manyTextsThatAreSmallEnoughAreTooMuchTogether() {
        var one = "$" + RespReader.MOST_TEXT + "\r\n";
        var endless =
                new InputStream() {
                    private long at;

                    @Override
                    public int read() {
                        if (at++ == 0) {
                            return '*';
                        }
                        var head = "4000\r\n";
                        if (at <= 1 + head.length()) {
                            return head.charAt((int) at - 2);
                        }
                        var within = (at - 2 - head.length()) % (one.length() + textLength());
                        if (within < one.length()) {
                            return one.charAt((int) within);
                        }
                        return within < one.length() + RespReader.MOST_TEXT
                                ? 'x'
                                : within == one.length() + RespReader.MOST_TEXT ? '\r' : '\n';
                    }

                    @Override
                    public int read(byte[] into, int from, int length) {
                        for (int i = 0; i < length; i++) {
                            into[from + i] = (byte) read();
                        }
                        return length;
                    }

                    private long textLength() {
                        return RespReader.MOST_TEXT + 2;
                    }
                };
        assertThatThrownBy(() -> read(endless))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("an answer of more than");
    }

    @Test
    void whoDribblesForEverIsCutOff() {
        var slow =
                new InputStream() {
                    @Override
                    public int read() {
                        nanos += 100;
                        return '+';
                    }

                    @Override
                    public int read(byte[] into, int from, int length) {
                        into[from] = (byte) read();
                        return 1;
                    }
                };
        assertThatThrownBy(
                        () -> {
                            var reader = new RespReader(slow, () -> nanos);
                            reader.until(nanos + 1_000);
                            reader.next();
                        })
                .isInstanceOf(IOException.class);
        var dribble =
                new InputStream() {
                    private int at;

                    @Override
                    public int read() {
                        nanos += 1;
                        var head = "$700000\r\n";
                        return at < head.length() ? head.charAt(at++) : 'x';
                    }

                    @Override
                    public int read(byte[] into, int from, int length) {
                        nanos += 10;
                        into[from] = 'x';
                        return 1;
                    }
                };
        assertThatThrownBy(() -> read(dribble)).hasMessageContaining("took too long");
    }

    @Property(tries = 2_000)
    void whateverComesIsAnAnswerOrAProblem(
            @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 255) Integer> bytes) {
        var plain = "$*+-:0123456789\r\n";
        var text = new StringBuilder();
        for (int b : bytes) {
            text.append(b < 200 ? plain.charAt(b % plain.length()) : (char) b);
        }
        try {
            assertThat(read(text.toString())).isNotNull();
        } catch (IOException e) {
            assertThat(e).hasMessageNotContaining("null");
        }
    }
}
