package io.muster.node.helper;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.Live;
import io.muster.message.MalformedException;
import io.muster.message.Outcome;
import io.muster.message.RequestId;
import io.muster.message.RequestKey;
import io.muster.message.Role;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

class WordTest {
    private static final RequestKey REQUEST =
            new RequestKey(
                    new RequestId("0".repeat(32)),
                    new Identity("f".repeat(63), Role.OPERATOR, "a".repeat(63)));
    private static final List<Word> WORDS =
            List.of(
                    new Word.Perform(Bytes.utf8("{}")),
                    new Word.Attend(REQUEST, "f".repeat(64)),
                    new Word.Go(),
                    new Word.Challenge(),
                    new Word.Nonce("0".repeat(32)),
                    new Word.Heard(),
                    new Word.Ignored(),
                    new Word.Armed("down", Duration.ofSeconds(1)),
                    new Word.Going(new Live.Progress(1, 2, "copying")),
                    new Word.Going(new Live.Output("stdout", 0, Bytes.wrap(new byte[Live.MOST]))),
                    new Word.Done(Outcome.ok("done")));

    @Test
    void whatIsSaidIsHeardAndWithinItsBounds() {
        for (var word : WORDS) {
            assertThat(word.body().length()).isLessThanOrEqualTo(Word.most(word.letter()));
            assertThat(Word.of(word.letter(), word.body())).isEqualTo(word);
        }
    }

    @Property(tries = 300)
    void anythingElseIsRefused(@ForAll byte letter, @ForAll @Size(max = 120) byte[] body) {
        try {
            assertThat(Word.of(letter, Bytes.wrap(body)).letter()).isEqualTo(letter);
        } catch (MalformedException e) {
            assertThat(e.problem()).isNotEmpty();
        }
        for (var word : WORDS) {
            try {
                var _ = Word.of(word.letter(), Bytes.wrap(body));
            } catch (MalformedException e) {
                assertThat(e.problem()).isNotEmpty();
            }
        }
    }
}
