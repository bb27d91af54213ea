package io.muster.node.helper;

import io.muster.message.Bytes;
import io.muster.message.FieldReader;
import io.muster.message.Identity;
import io.muster.message.Json;
import io.muster.message.Live;
import io.muster.message.MalformedException;
import io.muster.message.Outcome;
import io.muster.message.RequestId;
import io.muster.message.RequestKey;
import io.muster.message.Value.Fields;
import io.muster.security.Envelope;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * All that node agent and root helper can say to each other. The node agent asks with an envelope,
 * the helper answers; to stop it, the node agent closes the connection.
 */
public sealed interface Word {
    /** The most bytes that any word's body may have. */
    int MOST = 1 << 20;

    /** The most bytes of a certificate. */
    int CERTIFICATE = 4096;

    /** The bytes of a nonce. */
    int NONCE = 32;

    /**
     * The most bytes of word of how it goes: a piece of output in base64, and what is around it.
     */
    int LIVE = 2 * Live.MOST;

    /** The bytes of an id, a digest and an identity, and blanks between them. */
    int ATTEND = 32 + 1 + 64 + 1 + 160;

    /** What the node agent says; everything else is the helper's. */
    sealed interface Asked extends Word {}

    /** Node agent: carry out this request of an operator's, if you believe it. */
    record Perform(Bytes envelope) implements Asked {}

    /** Node agent: what becomes of that request, which you, or one before you, had begun? */
    record Attend(RequestKey request, String digest) implements Asked {
        public Attend {
            if (!digest.matches("[0-9a-f]{64}")) {
                throw new MalformedException("a digest is 64 hexadecimal digits");
            }
        }
    }

    /** Node agent: the caller was told, the machine may go down. */
    record Go() implements Asked {}

    /** Node agent: hear this document of the authority's or of an operator's. */
    record Tell(Bytes envelope) implements Asked {}

    /** Node agent: this is our renewed certificate, in DER. */
    record Renewed(Bytes certificate) implements Asked {}

    /** Node agent: a nonce to announce, please. */
    record Challenge() implements Asked {}

    /** Helper: this one is good with me once. */
    record Nonce(String text) implements Word {
        public Nonce {
            if (!text.matches("[0-9a-f]{32}")) {
                throw new MalformedException("a nonce is 32 hexadecimal digits");
            }
        }
    }

    /** Helper: heard, and whatever came of it is on my disk. */
    record Heard() implements Word {}

    /** Helper: heard, but it could not be brought to the disk; say it again later. */
    record Unkept() implements Word {}

    /** Helper: not genuine, not for this node, or known already; nothing was done. */
    record Ignored() implements Word {}

    /** Helper: everything is ready for the machine to go down, {@code delay} after the go. */
    record Armed(String message, Duration delay) implements Word {}

    /** Helper: the machine was told to go down. */
    record Ordered() implements Word {}

    /** Helper: how it goes. */
    record Going(Live live) implements Word {}

    /** Helper: what became of it. */
    record Done(Outcome outcome) implements Word {}

    /** Which word it is, in a byte. */
    default byte letter() {
        return switch (this) {
            case Perform _ -> 'P';
            case Attend _ -> 'W';
            case Go _ -> 'G';
            case Tell _ -> 'T';
            case Renewed _ -> 'R';
            case Challenge _ -> 'C';
            case Nonce _ -> 'N';
            case Heard _ -> 'H';
            case Unkept _ -> 'U';
            case Ignored _ -> 'I';
            case Armed _ -> 'A';
            case Ordered _ -> 'O';
            case Going _ -> 'L';
            case Done _ -> 'D';
        };
    }

    /** What follows that byte. */
    default Bytes body() {
        return switch (this) {
            case Perform(Bytes envelope) -> envelope;
            case Tell(Bytes envelope) -> envelope;
            case Renewed(Bytes certificate) -> certificate;
            case Attend(RequestKey request, String digest) ->
                    Bytes.utf8(request.id() + " " + digest + " " + request.sender().uri());
            case Nonce(String text) -> Bytes.utf8(text);
            case Go _, Challenge _, Heard _, Unkept _, Ignored _, Ordered _ -> Bytes.utf8("");
            case Armed(String message, Duration delay) ->
                    Json.write(
                            Fields.EMPTY.with("message", message).with("delay", delay.toMillis()));
            case Going(Live live) -> Json.write(live.toValue());
            case Done(Outcome outcome) -> Json.write(outcome.toValue());
        };
    }

    /** The most bytes that the body of a word with that letter may have; none if there is none. */
    static int most(byte letter) {
        return switch (letter) {
            case 'P', 'T' -> Envelope.MAX_SIZE;
            case 'R' -> CERTIFICATE;
            case 'N' -> NONCE;
            case 'L' -> LIVE;
            case 'W' -> ATTEND;
            case 'A', 'D' -> MOST;
            default -> 0;
        };
    }

    /**
     * Reads a word.
     *
     * @throws MalformedException if it is none
     */
    static Word of(byte letter, Bytes body) {
        if (body.length() > most(letter)) {
            throw new MalformedException("a word of " + body.length() + " bytes");
        }
        return switch (letter) {
            case 'P' -> new Perform(body);
            case 'W' -> attend(new String(body.view(), StandardCharsets.US_ASCII));
            case 'G' -> new Go();
            case 'T' -> new Tell(body);
            case 'R' -> new Renewed(body);
            case 'C' -> new Challenge();
            case 'N' -> new Nonce(new String(body.view(), StandardCharsets.US_ASCII));
            case 'H' -> new Heard();
            case 'U' -> new Unkept();
            case 'I' -> new Ignored();
            case 'A' -> armed(new FieldReader("armed", Json.read(body)));
            case 'O' -> new Ordered();
            case 'L' -> new Going(Live.of(Json.read(body)));
            case 'D' -> new Done(Outcome.of(Json.read(body)));
            default -> throw new MalformedException("no word has the letter " + letter);
        };
    }

    private static Attend attend(String text) {
        var words = text.split(" ", -1);
        if (words.length != 3) {
            throw new MalformedException("an id, a digest and an identity are wanted");
        }
        try {
            var request = new RequestKey(new RequestId(words[0]), Identity.parse(words[2]));
            return new Attend(request, words[1]);
        } catch (IllegalArgumentException e) {
            throw new MalformedException("not an id, a digest and an identity", e);
        }
    }

    private static Armed armed(FieldReader reader) {
        var armed =
                new Armed(
                        reader.text("message"),
                        Duration.of(reader.whole("delay"), ChronoUnit.MILLIS));
        reader.done();
        return armed;
    }
}
