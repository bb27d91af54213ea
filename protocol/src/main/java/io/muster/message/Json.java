package io.muster.message;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;

import io.muster.message.Value.Decimal;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.message.Value.Nothing;
import io.muster.message.Value.Text;
import io.muster.message.Value.Truth;
import io.muster.message.Value.Whole;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The only reader and writer of JSON that travels.
 *
 * <p>Strict, so that no two readers can see different documents: UTF-8 without overlong forms, lone
 * surrogates or byte order mark, no duplicate member, nothing after the document, and limits on
 * size, depth, names, strings, numbers and tokens. Token by token instead of by data binding,
 * because a command line pays for every class it loads (docs/adr/0005-dependencies.md).
 */
public final class Json {
    /** The largest document read, in bytes and in characters. */
    public static final int MAX_DOCUMENT = 256 * 1024;

    private static final int MAX_DEPTH = 16;
    private static final int MAX_STRING = 64 * 1024;

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxDocumentLength(MAX_DOCUMENT)
                                    .maxNestingDepth(MAX_DEPTH)
                                    .maxStringLength(MAX_STRING)
                                    .maxNumberLength(32)
                                    .maxNameLength(128)
                                    .maxTokenCount(20_000)
                                    .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build();

    private static final JsonFactory ENVELOPE =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxDocumentLength(2 * MAX_DOCUMENT)
                                    .maxNestingDepth(3)
                                    .maxStringLength(MAX_DOCUMENT / 3 * 4 + 4)
                                    .maxNumberLength(32)
                                    .maxNameLength(32)
                                    .maxTokenCount(100)
                                    .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build();

    /**
     * Without the limits on size and tokens: for this machine's own files, never for the network.
     */
    private static final JsonFactory LOCAL =
            JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build();

    private Json() {}

    /**
     * Reads one object from untrusted bytes.
     *
     * @throws MalformedException if they are anything but one strict JSON object within the limits
     */
    public static Fields read(Bytes document) {
        if (document.length() > MAX_DOCUMENT) {
            throw new MalformedException(
                    document.length() + " bytes, and " + MAX_DOCUMENT + " are the most");
        }
        return object(FACTORY, decode(document));
    }

    /**
     * Reads the outer form of an envelope, whose one long string holds a whole document in base64;
     * otherwise as strict as {@link #read}.
     *
     * @throws MalformedException if they are anything but one strict JSON object within the limits
     */
    public static Fields readEnvelope(Bytes document) {
        return object(ENVELOPE, decode(document));
    }

    /**
     * Reads one object from a file or a program's output on this machine: strict, but of any size.
     *
     * @throws MalformedException if the text is not one strict JSON object
     */
    public static Fields readLocal(String document) {
        return object(LOCAL, document);
    }

    /** Writes the value in its shortest form, in UTF-8. */
    public static Bytes write(Value value) {
        return Bytes.wrap(bytes(value, false));
    }

    /** Writes the value in its shortest form. */
    public static String text(Value value) {
        return new String(bytes(value, false), StandardCharsets.UTF_8);
    }

    /** Writes the value over several lines, for people. */
    public static String pretty(Value value) {
        return new String(bytes(value, true), StandardCharsets.UTF_8);
    }

    private static String decode(Bytes document) {
        try {
            var text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(document.view()).asReadOnlyBuffer())
                            .toString();
            if (text.startsWith("\uFEFF")) {
                throw new MalformedException("starts with a byte order mark");
            }
            return text;
        } catch (CharacterCodingException e) {
            throw new MalformedException("not UTF-8", e);
        }
    }

    private static Fields object(JsonFactory factory, String document) {
        try (var parser = factory.createParser(document)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedException("not a JSON object");
            }
            var fields = fields(parser, 1);
            if (parser.nextToken() != null) {
                throw new MalformedException("something follows the JSON object");
            }
            return fields;
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            var where =
                    at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
            throw new MalformedException("not strict JSON" + where + ": " + firstLine(e), e);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory cannot fail", e);
        }
    }

    private static String firstLine(JsonProcessingException e) {
        var problem = String.valueOf(e.getOriginalMessage());
        var line = problem.lines().findFirst().orElse("");
        var marker = line.indexOf(" (start marker at ");
        return marker < 0 ? line : line.substring(0, marker);
    }

    private static Value value(JsonParser parser, JsonToken token, int depth) throws IOException {
        return switch (token) {
            case START_OBJECT -> fields(parser, depth + 1);
            case START_ARRAY -> items(parser, depth + 1);
            case VALUE_STRING -> new Text(sound(parser.getText()));
            case VALUE_NUMBER_INT -> whole(parser);
            case VALUE_NUMBER_FLOAT -> decimal(parser);
            case VALUE_TRUE -> new Truth(true);
            case VALUE_FALSE -> new Truth(false);
            case VALUE_NULL -> new Nothing();
            case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                    throw new MalformedException("not strict JSON");
        };
    }

    private static Fields fields(JsonParser parser, int depth) throws IOException {
        tooDeep(depth);
        Map<String, Value> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var name = sound(parser.currentName());
            members.put(name, value(parser, parser.nextToken(), depth));
        }
        return new Fields(members);
    }

    private static Items items(JsonParser parser, int depth) throws IOException {
        tooDeep(depth);
        List<Value> items = new ArrayList<>();
        for (var token = parser.nextToken();
                token != JsonToken.END_ARRAY;
                token = parser.nextToken()) {
            items.add(value(parser, token, depth));
        }
        return new Items(items);
    }

    private static void tooDeep(int depth) {
        if (depth > MAX_DEPTH) {
            throw new MalformedException("nested deeper than " + MAX_DEPTH);
        }
    }

    private static Value whole(JsonParser parser) throws IOException {
        return switch (parser.getNumberType()) {
            case INT, LONG -> new Whole(parser.getLongValue());
            case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL -> decimal(parser);
        };
    }

    private static Decimal decimal(JsonParser parser) throws IOException {
        BigDecimal number;
        try {
            number = parser.getDecimalValue();
        } catch (NumberFormatException e) {
            throw new MalformedException("a number out of all proportion", e);
        }
        if (Math.abs((long) number.scale()) > 64 || number.precision() > 64) {
            throw new MalformedException("a number out of all proportion");
        }
        return new Decimal(number);
    }

    /** Refuses halves of surrogate pairs, which the next writer would silently turn into '?'. */
    private static String sound(String text) {
        for (int i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new MalformedException("half a surrogate pair in a string");
            }
        }
        return text;
    }

    private static byte[] bytes(Value value, boolean pretty) {
        var out = new ByteArrayOutputStream(512);
        try (var generator = FACTORY.createGenerator(out)) {
            if (pretty) {
                generator.setPrettyPrinter(new DefaultPrettyPrinter());
            }
            write(generator, value);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return out.toByteArray();
    }

    private static void write(JsonGenerator generator, Value value) throws IOException {
        switch (value) {
            case Text(String text) -> generator.writeString(text);
            case Whole(long number) -> generator.writeNumber(number);
            case Decimal(BigDecimal number) -> generator.writeNumber(number);
            case Truth(boolean truth) -> generator.writeBoolean(truth);
            case Nothing() -> generator.writeNull();
            case Items(List<Value> items) -> {
                generator.writeStartArray();
                for (var item : items) {
                    write(generator, item);
                }
                generator.writeEndArray();
            }
            case Fields(Map<String, Value> members) -> {
                generator.writeStartObject();
                for (var member : members.entrySet()) {
                    generator.writeFieldName(member.getKey());
                    write(generator, member.getValue());
                }
                generator.writeEndObject();
            }
        }
    }
}
