package io.muster.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Bytes;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

class SpecFormTest {
    private static final String LEAST =
            "{'name':'a.b','summary':'s','class':'read','timeout':'1s'}";

    private static Fields json(String text) {
        return Json.read(Bytes.utf8(text.replace('\'', '"')));
    }

    static List<ActionSpec> builtIn() {
        return BuiltIn.all();
    }

    @ParameterizedTest
    @MethodSource("builtIn")
    void everySpecComesBackTheSame(ActionSpec spec) {
        var travelled = Json.read(Json.write(spec.toValue()));

        assertThat(ActionSpec.of(travelled)).isEqualTo(spec);
    }

    @Test
    void whatIsLeftOutIsNo() {
        var spec = ActionSpec.of(json(LEAST));

        assertThat(spec.idempotent()).isFalse();
        assertThat(spec.dryRun()).isFalse();
        assertThat(spec.inputs()).isEmpty();
        assertThat(spec.outputs()).isEmpty();
    }

    @Test
    void theDocumentedExampleIsRight() throws IOException {
        var page = Files.readString(Path.of("../docs/actions-external.md"));
        var example = page.substring(page.indexOf("```json") + 7);
        var form = Json.read(Bytes.utf8(example.substring(0, example.indexOf("```"))));

        var spec = ActionSpec.of(form);

        assertThat(spec.toValue()).isEqualTo(form);
        var words = List.of("directory=/var/tmp", "most=500", "order=largest", "keep=a", "keep=b");
        var input = spec.check(spec.fromWords(words));
        assertThat(input.span("older")).isEqualTo(Duration.ofDays(7));
        assertThat(input.texts("keep")).containsExactly("a", "b");
        spec.toValue()
                .members()
                .keySet()
                .forEach(member -> assertThat(page).contains("| `" + member + "` |"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    {'name':'a.b'}                                | action spec: has no summary
                    {'name':'A'}                                  | action spec: name: not an action name: 'A'
                    {'name':'a.b','summary':'s','class':'bad'}    | action spec: class: no action class 'bad'
                    """)
    void whatIsMissingOrWrongIsNamed(String form, String problem) {
        assertThatThrownBy(() -> ActionSpec.of(json(form)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    'x':1                                             | has an unknown member x
                    'inputs':{}                                       | inputs is not a list
                    'inputs':[1]                                      | action a.b: inputs holds something that is no object
                    'inputs':[{}]                                     | action a.b: input: has no name
                    'inputs':[{'name':'i'}]                           | action a.b: input i: has no summary
                    'inputs':[{'name':'i','summary':'s'}]             | action a.b: input i: has no kind
                    'inputs':[{'name':'i','summary':'s','kind':'k'}]  | action a.b: input i: no kind 'k': text, lines, whole
                    'inputs':[{'name':'i','summary':'s','kind':'text'}]                      | input i: has no maxLength
                    'inputs':[{'name':'i','summary':'s','kind':'text','maxLength':99999999999}] | input i: a text is of at most
                    'inputs':[{'name':'i','summary':'s','kind':'text','maxLength':9,'pattern':'('}] | input i: not a pattern
                    'inputs':[{'name':'i','summary':'s','kind':'whole','min':2,'max':1}]     | input i: no number is from 2 to 1
                    'inputs':[{'name':'i','summary':'s','kind':'span','min':'1x','max':'1s'}] | input i: min: not a length of time
                    'inputs':[{'name':'i','summary':'s','kind':'truth','min':1}]             | input i: has an unknown member min
                    'inputs':[{'name':'i','summary':'s','kind':'truth','fallback':'maybe'}]  | input i: fallback 'maybe' is not true or false
                    'inputs':[{'name':'i','summary':'s','kind':'truth'},{'name':'i','summary':'s','kind':'truth'}] | two inputs i
                    'outputs':[{'name':'o'}]                          | action a.b: output: has no summary
                    'idempotent':'yes'                                | idempotent is not true or false
                    """)
    void problemsAreNamedWithTheirPlace(String member, String problem) {
        var form = LEAST.replace("}", "," + member.strip() + "}");

        assertThatThrownBy(() -> ActionSpec.of(json(form)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(problem);
    }
}
