package io.muster.node.fact;

import io.muster.message.Value;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** The processors of the machine, not those this process may use. */
final class ProcessorFacts implements FactSource {
    private final SystemFiles files;

    ProcessorFacts(SystemFiles files) {
        this.files = files;
    }

    @Override
    public String name() {
        return "processors";
    }

    @Override
    public Freshness freshness() {
        return Freshness.of(Duration.ofMinutes(10));
    }

    @Override
    public Collected collect() {
        var facts = new FactTree();
        var processors = facts.branch("processors");
        var all = processors();
        var sockets = new HashSet<String>();
        var cores = new HashSet<String>();
        var models = new ArrayList<String>();
        for (var processor : all) {
            var socket = processor.getOrDefault("physical id", "0");
            sockets.add(socket);
            cores.add(socket + "/" + processor.getOrDefault("core id", processor.get("processor")));
            var model = processor.get("model name");
            if (model != null) {
                models.add(model);
            }
        }
        processors.put("count", all.size());
        processors.put("physicalcount", Math.max(1, sockets.size()));
        processors.put("cores", Math.max(1, cores.size() / Math.max(1, sockets.size())));
        processors.put("threads", Math.max(1, all.size() / Math.max(1, cores.size())));
        processors.putIfKnown("isa", files.line("/proc/sys/kernel/arch"));
        if (!models.isEmpty()) {
            processors.put("models", Value.texts(models));
        }
        files.number("/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq")
                .ifPresent(khz -> processors.put("speed", Sizes.quotient(khz, 1_000_000) + " GHz"));
        return Collected.of(facts.fields());
    }

    /** What is told of each, in blocks between empty lines; other blocks have no number. */
    private List<Map<String, String>> processors() {
        var all = new ArrayList<Map<String, String>>();
        Map<String, String> one = new HashMap<>();
        for (var line : files.lines("/proc/cpuinfo")) {
            var colon = line.indexOf(':');
            if (colon < 0) {
                one = new HashMap<>();
                continue;
            }
            var key = line.substring(0, colon).strip();
            if (key.equals("processor")) {
                all.add(one);
            }
            one.put(key, line.substring(colon + 1).strip());
        }
        return all;
    }
}
