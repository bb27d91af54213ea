package io.muster.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Value.Fields;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;

class JsonTest {

    private static Fields read(String text) {
        return Json.read(Bytes.utf8(text));
    }

    @Test
    void everyKindOfValueComesBackAsItWas() {
        var text =
                "{\"t\":\"ü\\n"
                        + "\",\"w\":-7,\"d\":1.50,\"b\":true,\"n\":null,\"a\":[1,\"x\"],\"o\":{}}";
        assertThat(Json.text(read(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "7",
                "{",
                "{\"a\":1,\"a\":2}",
                "{\"a\":1,\"\\u0061\":2}",
                "{\"a\":1}{\"a\":2}",
                "{\"a\":1} x",
                "{'a':1}",
                "{a:1}",
                "{\"a\":01}",
                "{\"a\":NaN}",
                "{\"a\":1,}",
                "{\"a\":\"\\ud800\"}",
                "{\"\\udc00\":1}",
                "{\"a\":1e1000000000}",
                "{\"a\":1e95811585045}",
                "{\"a\":111111111111111111111111111111111}",
                "{\"a\":\"\u0001\"}",
                "\uFEFF{}",
                "/* c */ {}",
            })
    void looseOrAmbiguousDocumentsAreRefused(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(MalformedException.class);
    }

    @Test
    void onlyTheShortestFormOfUtf8IsRead() {
        for (var slash :
                new byte[][] {
                    {(byte) 0xC0, (byte) 0xAF},
                    {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
                    {(byte) 0xFF}
                }) {
            var start = "{\"a\":\"".getBytes(StandardCharsets.US_ASCII);
            var end = "\"}".getBytes(StandardCharsets.US_ASCII);
            var all = new byte[start.length + slash.length + end.length];
            System.arraycopy(start, 0, all, 0, start.length);
            System.arraycopy(slash, 0, all, start.length, slash.length);
            System.arraycopy(end, 0, all, start.length + slash.length, end.length);
            assertThatThrownBy(() -> Json.read(Bytes.wrap(all)))
                    .isInstanceOf(MalformedException.class);
        }
        for (var charset :
                new java.nio.charset.Charset[] {
                    StandardCharsets.UTF_16LE, StandardCharsets.UTF_16, StandardCharsets.UTF_32BE
                }) {
            assertThatThrownBy(() -> Json.read(Bytes.wrap("{\"a\":1}".getBytes(charset))))
                    .isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void limitsHoldForSizeDepthNamesStringsAndTokens() {
        var deep = "{\"a\":".repeat(17) + "1" + "}".repeat(17);
        var longName = "{\"" + "n".repeat(129) + "\":1}";
        var longText = "{\"a\":\"" + "x".repeat(64 * 1024 + 1) + "\"}";
        var many = "{\"a\":[" + "1,".repeat(20_001) + "1]}";
        var large = "{\"a\":1" + " ".repeat(Json.MAX_DOCUMENT) + "}";
        for (var text : new String[] {deep, longName, longText, many, large}) {
            assertThatThrownBy(() -> read(text)).isInstanceOf(MalformedException.class);
        }
        assertThat(read("{\"a\":".repeat(16) + "1" + "}".repeat(16))).isNotNull();
    }

    @Property
    void anyBytesAreReadOrMalformedAndNothingElse(@ForAll byte[] bytes) {
        try {
            Json.read(Bytes.wrap(bytes.clone()));
        } catch (MalformedException expected) {
            assertThat(expected.problem()).isNotEmpty();
        }
    }

    @Property
    void anyTextWithoutHalvesOfSurrogatesComesBack(@ForAll String text) {
        var sound = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        var fields = Fields.EMPTY.with("a", sound);
        assertThat(Json.read(Json.write(fields))).isEqualTo(fields);
    }

    @Test
    void aReaderRefusesMissingUnknownAndConvertedMembers() {
        assertThatThrownBy(() -> new FieldReader("thing", read("{}")).text("id"))
                .hasMessage("thing: has no id");
        assertThatThrownBy(() -> new FieldReader("thing", read("{\"n\":\"7\"}")).whole("n"))
                .hasMessage("thing: n is not a whole number");
        assertThatThrownBy(() -> new FieldReader("thing", read("{\"x\":1}")).done())
                .hasMessage("thing: has an unknown member x");
        assertThatThrownBy(() -> new FieldReader("thing", read("{\"n\":7.0}")).whole("n"))
                .hasMessage("thing: n is not a whole number");
    }

    @Test
    void whatIsMissingIsSaidInWordsForPeople() {
        assertThatThrownBy(() -> Json.read(Bytes.utf8("{\"a\":")))
                .message()
                .startsWith("not strict JSON at line 1, column ")
                .doesNotContain("REDACTED", "StreamReadFeature");
        assertThatThrownBy(() -> Json.read(Bytes.utf8("{")))
                .message()
                .endsWith("Unexpected end-of-input: expected close marker for Object");
    }
}
