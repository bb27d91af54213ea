package io.muster.hub.audit;

import io.muster.message.Bytes;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reply.Answer;
import io.muster.message.Request;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;

/** Makes the answer to one {@code hub.checkpoints}: a part for each node, then the final one. */
public final class CheckpointAnswer {
    private final Checkpoints checkpoints;
    private final Consumer<Answer> out;

    /**
     * Prepares an answer.
     *
     * @param out takes the parts, in order
     */
    public CheckpointAnswer(Checkpoints checkpoints, Consumer<Answer> out) {
        this.checkpoints = checkpoints;
        this.out = out;
    }

    /**
     * Hands out what is kept of each target.
     *
     * @throws MalformedException if the request names none, or has arguments
     */
    public void answer(Request request) {
        if (!request.arguments().members().isEmpty()) {
            throw new MalformedException("hub.checkpoints takes no arguments");
        }
        var targets =
                request.targets()
                        .orElseThrow(
                                () -> new MalformedException("hub.checkpoints needs its targets"));
        try {
            var count = 0;
            for (var node : targets) {
                count += part(node);
            }
            out.accept(
                    new Answer.Final(
                            new Outcome.Ok(
                                    count + " checkpoints", Fields.EMPTY.with("known", count))));
        } catch (IOException e) {
            throw new UncheckedIOException("the checkpoints cannot be read", e);
        }
    }

    private int part(NodeId node) throws IOException {
        List<Bytes> kept = checkpoints.of(node);
        out.accept(
                new Answer.Part(
                        Fields.EMPTY
                                .with("node", node.value())
                                .with(
                                        "checkpoints",
                                        Value.texts(kept.stream().map(Bytes::base64).toList()))));
        return kept.size();
    }
}
