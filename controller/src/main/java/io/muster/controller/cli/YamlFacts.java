package io.muster.controller.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;

import io.muster.message.MalformedException;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import java.util.ArrayList;
import java.util.LinkedHashMap;

/**
 * Reads facts as YAML: what {@code facter --yaml} prints, and what people write. Through the
 * library, since this is not on the way of a request; tags make no objects, and a key that comes
 * twice is refused.
 */
final class YamlFacts {
    private YamlFacts() {}

    /**
     * Reads one document.
     *
     * @throws MalformedException naming the line, if it is not a mapping of facts
     */
    static Fields read(String text) {
        var factory =
                YAMLFactory.builder()
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
                        .build();
        try {
            var tree = new YAMLMapper(factory).readTree(text);
            if (tree == null || tree.isMissingNode() || tree.isNull()) {
                return Fields.EMPTY;
            }
            if (value(tree) instanceof Fields facts) {
                return facts;
            }
            throw new MalformedException("line 1: not a mapping of facts to values");
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            var line = at == null ? "" : "line " + at.getLineNr() + ": ";
            var problem = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
            throw new MalformedException(line + problem, e);
        }
    }

    private static Value value(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> {
                var members = new LinkedHashMap<String, Value>();
                node.properties().forEach(m -> members.put(m.getKey(), value(m.getValue())));
                yield new Fields(members);
            }
            case ARRAY -> {
                var items = new ArrayList<Value>();
                node.forEach(item -> items.add(value(item)));
                yield new Value.Items(items);
            }
            case NUMBER ->
                    node.canConvertToExactIntegral() && node.canConvertToLong()
                            ? Value.of(node.longValue())
                            : new Value.Decimal(node.decimalValue());
            case BOOLEAN -> Value.of(node.booleanValue());
            case STRING -> Value.of(node.textValue());
            case NULL, MISSING -> new Value.Nothing();
            case BINARY, POJO -> throw new MalformedException("a value that is no fact");
        };
    }
}
