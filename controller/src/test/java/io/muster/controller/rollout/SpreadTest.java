package io.muster.controller.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.controller.Village;
import io.muster.controller.discovery.Target;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

class SpreadTest {
    /** So many nodes of each kind; the kind is the first letter of the name. */
    private static List<Target> nodes(List<Integer> kinds) {
        var nodes = new ArrayList<Target>();
        for (int kind = 0; kind < kinds.size(); kind++) {
            for (int i = 0; i < kinds.get(kind); i++) {
                var name = (char) ('a' + kind) + "-" + (1000 + i);
                nodes.add(Village.up("n-" + name, name));
            }
        }
        return nodes;
    }

    private static String kind(Target node) {
        return node.name().substring(0, 1);
    }

    @Test
    void oneBatchHasOneOfEachKind() {
        var names = Spread.over(nodes(List.of(2, 2, 2)), SpreadTest::kind);
        assertThat(names)
                .extracting(Target::name)
                .containsExactly("a-1000", "b-1000", "c-1000", "a-1001", "b-1001", "c-1001");
    }

    @Property(tries = 200)
    void noBatchHasMoreOfAKindThanItsShareAndOne(
            @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 40) Integer> kinds,
            @ForAll @IntRange(min = 1, max = 30) int batch,
            @ForAll long seed) {
        var all = nodes(kinds);
        var shuffled = new ArrayList<>(all);
        Collections.shuffle(shuffled, new Random(seed));
        var order = Spread.over(shuffled, SpreadTest::kind);
        assertThat(order).hasSameElementsAs(all).hasSameSizeAs(all);
        assertThat(order).isEqualTo(Spread.over(all, SpreadTest::kind));
        for (int from = 0; from < order.size(); from += batch) {
            var some = order.subList(from, Math.min(order.size(), from + batch));
            for (int kind = 0; kind < kinds.size(); kind++) {
                var letter = String.valueOf((char) ('a' + kind));
                var alike = some.stream().filter(node -> kind(node).equals(letter)).count();
                var share = Math.ceilDiv(some.size() * kinds.get(kind), all.size());
                assertThat(alike).isLessThanOrEqualTo(share + 1);
            }
        }
    }

    @Test
    void aFloorIsAFactAndANumberAndItsShareIsRoundedUp() {
        assertThat(Floor.parse("role=80%").of(4)).isEqualTo(4);
        assertThat(Floor.parse("role=50%").of(4)).isEqualTo(2);
        assertThat(Floor.parse("os.role=2").fact()).isEqualTo("os.role");
        for (var bad : List.of("role", "=2", "role=", "role=x", "role=101%")) {
            assertThatThrownBy(() -> Floor.parse(bad))
                    .as(bad)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
