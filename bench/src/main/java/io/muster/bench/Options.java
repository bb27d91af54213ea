package io.muster.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The options of a measuring program: {@code --name value}, or {@code --name} alone. */
final class Options {
    private final Map<String, String> given = new LinkedHashMap<>();
    private final Set<String> read = new LinkedHashSet<>();

    /**
     * Reads a command line.
     *
     * @throws IllegalArgumentException if a word stands where an option should
     */
    Options(String[] words) {
        for (int at = 0; at < words.length; at++) {
            if (!words[at].startsWith("--")) {
                throw new IllegalArgumentException(words[at] + ": an option begins with --");
            }
            var valued = at + 1 < words.length && !words[at + 1].startsWith("--");
            given.put(words[at].substring(2), valued ? words[++at] : "");
        }
    }

    /** Whether it stands there. */
    boolean has(String name) {
        return optional(name).isPresent();
    }

    Optional<String> optional(String name) {
        read.add(name);
        return Optional.ofNullable(given.get(name));
    }

    String text(String name) {
        return optional(name)
                .orElseThrow(() -> new IllegalArgumentException("--" + name + " is missing"));
    }

    String text(String name, String fallback) {
        return optional(name).orElse(fallback);
    }

    Path path(String name) {
        return Path.of(text(name));
    }

    int number(String name, int fallback) {
        return optional(name).map(Integer::parseInt).orElse(fallback);
    }

    /** Numbers with commas between them. */
    List<Integer> numbers(String name, String fallback) {
        return Arrays.stream(text(name, fallback).split(",", -1)).map(Integer::parseInt).toList();
    }

    /**
     * Call it when all were read.
     *
     * @throws IllegalArgumentException if there is one that nobody wanted
     */
    void check() {
        for (var name : given.keySet()) {
            if (!read.contains(name)) {
                throw new IllegalArgumentException("no option --" + name + "; there are " + read);
            }
        }
    }
}
