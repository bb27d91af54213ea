package io.muster.node.fact;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;

/** What changes all the time: memory, load, uptime. */
final class MemoryFacts implements FactSource {
    private final SystemFiles files;

    MemoryFacts(SystemFiles files) {
        this.files = files;
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public Freshness freshness() {
        return Freshness.of(Duration.ofSeconds(10));
    }

    @Override
    public Collected collect() {
        var facts = new FactTree();
        var lines = files.lines("/proc/meminfo");
        var memory = facts.branch("memory");
        describe(memory.branch("system"), bytes(lines, "MemTotal"), bytes(lines, "MemAvailable"));
        describe(memory.branch("swap"), bytes(lines, "SwapTotal"), bytes(lines, "SwapFree"));
        load(facts.branch("load_averages"), files.line("/proc/loadavg").split(" ", -1));
        var uptime = files.line("/proc/uptime").split("\\.", 2)[0];
        SystemFiles.number(uptime, 10)
                .ifPresent(seconds -> uptime(facts.branch("system_uptime"), seconds));
        return Collected.of(facts.fields());
    }

    private static void describe(FactTree facts, long total, long available) {
        if (total > 0) {
            var used = Math.max(0, total - available);
            facts.put("total", Sizes.print(total)).put("total_bytes", total);
            facts.put("available", Sizes.print(available)).put("available_bytes", available);
            facts.put("used", Sizes.print(used)).put("used_bytes", used);
            facts.put("capacity", Sizes.percent(used, total));
        }
    }

    private static void load(FactTree facts, String[] averages) {
        var names = List.of("1m", "5m", "15m");
        for (int i = 0; i < names.size() && i < averages.length; i++) {
            if (averages[i].matches("[0-9]{1,9}\\.[0-9]{1,9}")) {
                facts.put(names.get(i), new BigDecimal(averages[i]));
            }
        }
    }

    private static void uptime(FactTree facts, long seconds) {
        var up = Duration.ofSeconds(seconds);
        facts.put("seconds", seconds).put("hours", up.toHours()).put("days", up.toDays());
        facts.put("uptime", words(up));
    }

    private static String words(Duration up) {
        if (up.toDays() > 0) {
            return up.toDays() == 1 ? "1 day" : up.toDays() + " days";
        }
        var minutes = up.toMinutesPart();
        return up.toHours() + ":" + (minutes < 10 ? "0" : "") + minutes + " hours";
    }

    private static long bytes(List<String> lines, String key) {
        return SystemFiles.value(lines, key, ':')
                .map(text -> text.replace(" kB", ""))
                .map(text -> SystemFiles.number(text, 10).orElse(0) * 1024)
                .orElse(0L);
    }
}
