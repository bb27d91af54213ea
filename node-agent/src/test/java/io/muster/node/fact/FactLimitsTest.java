package io.muster.node.fact;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Json;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

class FactLimitsTest {
    private final List<String> problems = new ArrayList<>();

    private Fields keep(Fields facts) {
        return FactLimits.keep(facts, problems);
    }

    @Test
    void ordinaryFactsStay() {
        var facts = Json.readLocal("{\"a\":{\"b\":[1,2.5,true,null,\"x\"]}}");

        assertThat(keep(facts)).isEqualTo(facts);
        assertThat(problems).isEmpty();
    }

    @Test
    void whatAStrictReaderWouldRefuseIsLeftOutAndNamed() {
        var facts =
                Fields.EMPTY
                        .with("good", 1)
                        .with("n".repeat(129), 1)
                        .with("line\nbreak", 1)
                        .with("", 1)
                        .with("long", "x".repeat(5_000))
                        .with("digits", new Value.Decimal(new BigDecimal("1".repeat(40))))
                        .with("deep", Json.readLocal("{\"a\":".repeat(9) + "1" + "}".repeat(9)));

        var kept = keep(facts);

        assertThat(kept.member("good")).isPresent();
        assertThat(kept.members()).doesNotContainKeys("long", "digits", "", "line\nbreak");
        assertThat(problems).hasSize(6).allSatisfy(p -> assertThat(p).doesNotContain("\n"));
        assertThat(Json.read(Json.write(kept))).isEqualTo(kept);
    }

    @Test
    void largestFactsGoFirstWhenThereAreTooMany() {
        var large = Value.texts(IntStream.range(0, 60).mapToObj(i -> "x".repeat(2_000)).toList());
        var facts = Fields.EMPTY.with("small", 1).with("large", large).with("other", "y");

        assertThat(keep(facts).members()).containsOnlyKeys("small", "other");
        assertThat(problems).singleElement().asString().startsWith("large left out");
    }

    @Test
    void tooManySmallFactsAreCutToo() {
        var many = Value.texts(IntStream.range(0, 13_000).mapToObj(Integer::toString).toList());

        assertThat(keep(Fields.EMPTY.with("many", many).with("few", 1)).members())
                .containsOnlyKeys("few");
    }

    @Property
    void whateverIsKeptTravels(@ForAll Map<String, String> texts, @ForAll List<Long> numbers) {
        var facts =
                Fields.EMPTY.with(
                        "numbers", new Value.Items(numbers.stream().map(Value::of).toList()));
        for (var text : texts.entrySet()) {
            var sound = text.getValue().replaceAll("[\\ud800-\\udfff]", "");
            facts = facts.with(text.getKey().replaceAll("[\\ud800-\\udfff]", ""), sound);
        }

        var kept = keep(facts);

        assertThat(Json.read(Json.write(kept))).isEqualTo(kept);
    }
}
