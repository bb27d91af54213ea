package io.muster.hub.presence;

import io.muster.documents.Board;
import io.muster.message.ActionName;
import io.muster.message.Bytes;
import io.muster.message.FieldReader;
import io.muster.message.IssuerName;
import io.muster.message.ListNumbers;
import io.muster.message.Outcome;
import io.muster.message.Reply.Answer;
import io.muster.message.Request;
import io.muster.message.Standing;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.function.Consumer;

/**
 * Answers {@code hub.trust}: the documents the asker lacks, the locks in force, and which nodes do
 * not go by all of that yet. Whoever asks checks the documents; the hub is not believed.
 */
public final class TrustAnswer implements HubService.Answering {
    /** The question. */
    public static final ActionName TRUST = new ActionName("hub.trust");

    /** Below the longest text that strict JSON takes. */
    private static final int PIECE = 48 * 1024;

    private static final int MOST_NAMED = 100;

    private final Board board;
    private final Presence presence;
    private final InstantSource clock;

    public TrustAnswer(Board board, Presence presence, InstantSource clock) {
        this.board = board;
        this.presence = presence;
        this.clock = clock;
    }

    @Override
    public void answer(Request request, Consumer<Answer> out) {
        var reader = new FieldReader("hub.trust", request.arguments());
        var known =
                new ListNumbers(
                        reader.optionalWhole("operators").orElse(0L),
                        reader.optionalWhole("nodes").orElse(0L),
                        reader.optionalWhole("policy").orElse(0L));
        var set = reader.optionalWhole("set").orElse(0L);
        reader.done();
        var own = board.standing();
        board.missing(new Standing(known, set, own.locks()))
                .forEach(document -> send(document, out));
        board.locksInForce().forEach(document -> send(document, out));
        out.accept(new Answer.Final(summary(own)));
    }

    /** In pieces: the parts of one document follow each other, the last says so. */
    private static void send(Bytes document, Consumer<Answer> out) {
        var text = document.base64();
        for (int from = 0; from < text.length(); from += PIECE) {
            var to = Math.min(from + PIECE, text.length());
            out.accept(
                    new Answer.Part(
                            Fields.EMPTY
                                    .with("document", text.substring(from, to))
                                    .with("last", to == text.length())));
        }
    }

    private Outcome summary(Standing own) {
        var data = own.toValue();
        for (var issuer : IssuerName.values()) {
            var list = board.list(issuer);
            if (list.isPresent()) {
                data =
                        data.with(issuer.word() + "Issued", list.get().issued().toEpochMilli())
                                .with(
                                        issuer.word() + "Next",
                                        list.get().nextUpdate().toEpochMilli());
            }
        }
        var behind = new ArrayList<String>();
        var now = clock.instant();
        for (var sighting : presence.all()) {
            var here = sighting.state(now, presence.times()) == NodeState.UP;
            if (here && sighting.last().filter(a -> lacks(a.standing(), own)).isPresent()) {
                behind.add(sighting.id().value());
            }
        }
        behind.sort(null);
        data =
                data.with("behind", behind.size())
                        .with(
                                "behindNodes",
                                Value.texts(behind.stream().limit(MOST_NAMED).toList()));
        return new Outcome.Ok(behind.size() + " nodes are behind", data);
    }

    private static boolean lacks(Standing node, Standing own) {
        return node.lists().behind(own.lists())
                || node.set() < own.set()
                || !node.locks().equals(own.locks());
    }
}
