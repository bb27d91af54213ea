package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class DeafnessTest {
    private final List<String> resigned = new ArrayList<>();
    private boolean idle;

    @Test
    void nobodyWhoKeepsMessagesBackEndsWhatANodeIsAt() {
        var deafness = new Deafness(() -> idle, resigned::add, System.getLogger("test"));
        deafness.accept("nothing arrives");
        deafness.accept("nothing arrives");
        assertThat(resigned).isEmpty();
        idle = true;
        deafness.accept("nothing arrives");
        assertThat(resigned).containsExactly("nothing arrives");
    }
}
