package io.muster.controller.cli;

import io.muster.action.BuiltIn;
import io.muster.controller.ExitCode;
import io.muster.controller.discovery.Targets;
import io.muster.message.Bytes;
import io.muster.message.FieldReader;
import io.muster.message.MalformedException;
import io.muster.message.RequestId;
import io.muster.message.Value.Fields;

import java.util.List;
import java.util.function.Consumer;

/** What a node keeps of a program's words: fetched piece by piece, and compared with its digest. */
final class KeptOutput {
    private static final int TRIES = 3;

    private final OneNode one;
    private final Targets node;
    private final RequestId request;
    private final String stream;

    /**
     * @param node the only one
     */
    KeptOutput(OneNode one, Targets node, RequestId request, String stream) {
        this.one = one;
        this.node = node;
        this.request = request;
        this.stream = stream;
    }

    /** The next bytes, and what they are part of. */
    private record Piece(List<String> bytes, long offset, long size, String sha256) {
        static Piece of(Fields data) {
            var reader = new FieldReader("node.output", data);
            var piece =
                    new Piece(
                            reader.texts("bytes", text -> text),
                            reader.whole("offset"),
                            reader.whole("size"),
                            reader.text("sha256"));
            reader.done();
            return piece;
        }
    }

    /**
     * Hands on all of it.
     *
     * @throws UnableException if the node has it no more, or what came is not what it had
     */
    void copy(Consumer<byte[]> to) throws InterruptedException {
        var digest = new Bytes.Digest();
        var at = 0L;
        while (true) {
            var piece = piece(at);
            for (var text : piece.bytes()) {
                var bytes = Bytes.base64(text).view();
                digest.add(bytes, bytes.length);
                to.accept(bytes);
                at += bytes.length;
            }
            if (at >= piece.size()) {
                if (at > piece.size() || !digest.end().hex().equals(piece.sha256())) {
                    throw new UnableException(
                            "what came is not what the node kept: its digest is another");
                }
                return;
            }
        }
    }

    private Piece piece(long offset) throws InterruptedException {
        var arguments =
                Fields.EMPTY
                        .with("request", request.value())
                        .with("stream", stream)
                        .with("offset", offset);
        for (int tried = 1; ; tried++) {
            var report = one.run(BuiltIn.NODE_OUTPUT, arguments, node, false);
            var code = ExitCode.of(report);
            var outcome = OneNode.only(report).outcome();
            if (code == ExitCode.DONE && outcome.isPresent()) {
                return checked(offset, outcome.get().result());
            }
            if (outcome.isPresent() || code != ExitCode.INCOMPLETE || tried == TRIES) {
                throw new UnableException(OneNode.problem(report), code);
            }
        }
    }

    private static Piece checked(long offset, Fields data) {
        try {
            var piece = Piece.of(data);
            if (piece.offset() == offset && (piece.size() <= offset || some(piece))) {
                return piece;
            }
        } catch (MalformedException e) {
            throw new UnableException("the node's answer cannot be used: " + e.problem());
        }
        throw new UnableException("the node answers something else than it was asked");
    }

    private static boolean some(Piece piece) {
        return piece.bytes().stream().anyMatch(text -> !text.isEmpty());
    }
}
