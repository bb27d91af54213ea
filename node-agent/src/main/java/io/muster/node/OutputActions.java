package io.muster.node;

import io.muster.action.BuiltIn;
import io.muster.action.Input;
import io.muster.exec.StdStream;
import io.muster.message.Outcome;
import io.muster.message.RequestId;
import io.muster.message.RequestKey;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.node.action.Action;
import io.muster.node.action.ActionContext;
import io.muster.node.action.Performed;
import io.muster.node.output.OutputStore;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tells, piece by piece, what a program said that did not fit into the reply. */
final class OutputActions {
    /** Bytes of a text of the answer: in base64 as many as a text may have. */
    private static final int TEXT = 48 * 1024;

    private static final int TEXTS = 3;

    private OutputActions() {}

    /** The action, over that store. */
    static List<Action> all(OutputStore store) {
        return List.of(
                Action.of(BuiltIn.NODE_OUTPUT, (input, context) -> tell(store, input, context)));
    }

    private static Performed tell(OutputStore store, Input input, ActionContext context)
            throws IOException {
        var request = new RequestKey(new RequestId(input.text("request")), context.caller());
        var stream = StdStream.of(input.text("stream")).orElseThrow();
        var kept = store.find(request);
        var part = kept.flatMap(k -> Optional.ofNullable(k.parts().get(stream)));
        if (kept.isEmpty() || part.isEmpty()) {
            return Performed.done(
                    Outcome.failed(
                            "not-kept",
                            "nothing of "
                                    + stream.word()
                                    + " of that request is kept here for you"));
        }
        var offset = input.whole("offset");
        if (offset > part.get().bytes()) {
            return Performed.done(
                    Outcome.failed(
                            "no-such-offset",
                            "there are " + part.get().bytes() + " bytes, and none at " + offset));
        }
        var texts = new ArrayList<String>();
        var at = offset;
        while (texts.size() < TEXTS && at < part.get().bytes()) {
            var piece = store.read(kept.get(), stream, at, TEXT);
            if (piece.length() == 0) {
                break;
            }
            texts.add(piece.base64());
            at += piece.length();
        }
        var data =
                Fields.EMPTY
                        .with("bytes", Value.texts(texts))
                        .with("offset", offset)
                        .with("size", part.get().bytes())
                        .with("sha256", part.get().sha256());
        return Performed.done(new Outcome.Ok(at + " of " + part.get().bytes() + " bytes", data));
    }
}
