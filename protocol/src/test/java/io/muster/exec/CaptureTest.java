package io.muster.exec;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

class CaptureTest {

    @Test
    void outputUpToTheLimitIsKeptWhole() throws IOException {
        assertThat(captured("0123456789", 10)).isEqualTo("0123456789");
        assertThat(captured("", 0)).isEmpty();
    }

    @Test
    void ofLongerOutputBeginningAndEndAreKept() throws IOException {
        assertThat(captured("0123456789", 7)).isEqualTo("0123\n[... 3 bytes left out ...]\n789");
        assertThat(captured("0123456789", 0)).isEqualTo("\n[... 10 bytes left out ...]\n");
    }

    @Test
    void charactersCutInTwoAreLeftOut() throws IOException {
        assertThat(captured("aü________üb", 4)).isEqualTo("a\n[... 10 bytes left out ...]\nb");
    }

    @Test
    void badBytesAreReplaced() throws IOException {
        var bytes = new byte[] {'a', (byte) 0xff, 'b', (byte) 0xc3};

        assertThat(capture(bytes, 10).text()).isEqualTo("a\ufffdb\ufffd");
    }

    @Test
    void aFloodIsCountedAndNotKept() throws IOException {
        var flood = new byte[5 << 20];
        Arrays.fill(flood, (byte) 'x');

        var capture = capture(flood, 100);

        assertThat(capture.bytes()).isEqualTo(5 << 20);
        assertThat(capture.text().length()).isLessThan(150);
    }

    @Property(tries = 300)
    void beginningAndEndAreThoseOfTheOutput(
            @ForAll @Size(max = 3000) byte[] random,
            @ForAll @IntRange(max = 200) int limit,
            @ForAll @IntRange(min = 1, max = 70) int piece)
            throws IOException {
        var bytes = random.clone();
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ('a' + Math.floorMod(bytes[i], 26));
        }
        var text = new String(bytes, StandardCharsets.US_ASCII);
        var capture =
                new Capture(new InPieces(bytes, piece), limit, StdStream.STDOUT, Hearer.NOBODY);
        while (capture.take()) {
            assertThat(capture.bytes()).isPositive();
        }

        assertThat(capture.bytes()).isEqualTo(bytes.length);
        var head = text.substring(0, Math.min(text.length(), limit - limit / 2));
        var tail = text.substring(Math.max(0, text.length() - limit / 2));
        assertThat(capture.text())
                .isEqualTo(
                        bytes.length <= limit
                                ? text
                                : head
                                        + "\n[... "
                                        + (bytes.length - limit)
                                        + " bytes left out ...]\n"
                                        + tail);
    }

    private static String captured(String text, int limit) throws IOException {
        return capture(text.getBytes(StandardCharsets.UTF_8), limit).text();
    }

    private static Capture capture(byte[] bytes, int limit) throws IOException {
        var capture =
                new Capture(
                        new ByteArrayInputStream(bytes), limit, StdStream.STDOUT, Hearer.NOBODY);
        while (capture.take()) {
            assertThat(capture.bytes()).isPositive();
        }
        return capture;
    }

    private static final class InPieces extends ByteArrayInputStream {
        private final int piece;

        InPieces(byte[] bytes, int piece) {
            super(bytes);
            this.piece = piece;
        }

        @Override
        public synchronized int available() {
            return Math.min(piece, super.available());
        }
    }
}
