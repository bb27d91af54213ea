package io.muster.node.output;

import io.muster.exec.StdStream;
import io.muster.message.FieldReader;
import io.muster.message.Identity;
import io.muster.message.RequestId;
import io.muster.message.RequestKey;
import io.muster.message.Value.Fields;
import io.muster.node.output.Rest.Part;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * The output of one program that is kept.
 *
 * @param request whose program it was; its sender may read it
 * @param until when it is removed
 * @param parts the streams of which something is kept
 */
public record Kept(RequestKey request, Instant until, Map<StdStream, Part> parts) {
    public Kept {
        var copy = new EnumMap<StdStream, Part>(StdStream.class);
        copy.putAll(parts);
        parts = Collections.unmodifiableMap(copy);
    }

    long bytes() {
        return parts.values().stream().mapToLong(Part::bytes).sum();
    }

    Fields toValue() {
        var fields =
                Fields.EMPTY
                        .with("request", request.id().value())
                        .with("caller", request.sender().uri())
                        .with("until", until.toEpochMilli());
        for (var part : parts.entrySet()) {
            fields =
                    fields.with(
                            part.getKey().word(),
                            Fields.EMPTY
                                    .with("bytes", part.getValue().bytes())
                                    .with("sha256", part.getValue().sha256()));
        }
        return fields;
    }

    static Kept of(Fields form) {
        var reader = new FieldReader("kept output", form);
        var parts = new EnumMap<StdStream, Part>(StdStream.class);
        for (var stream : StdStream.values()) {
            reader.optionalFields(stream.word()).ifPresent(f -> parts.put(stream, part(f)));
        }
        var kept =
                new Kept(
                        new RequestKey(
                                reader.text("request", RequestId::new),
                                reader.text("caller", Identity::parse)),
                        reader.instant("until"),
                        parts);
        reader.done();
        return kept;
    }

    private static Part part(Fields form) {
        var reader = new FieldReader("kept stream", form);
        var bytes = reader.whole("bytes");
        return reader.text("sha256", digest -> new Part(bytes, digest));
    }
}
