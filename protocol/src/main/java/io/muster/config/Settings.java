package io.muster.config;

import io.muster.message.Escape;
import io.muster.message.Nearest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Settings of one file, {@code key = value} a line, read with their types; every problem is
 * reported at once.
 *
 * <pre>{@code
 * var settings = Settings.read(Path.of("/etc/muster/agent.conf"));
 * var broker = settings.required("broker", URI::create);
 * var every = settings.get("announce-every", Duration.ofMinutes(1), Spans::parse);
 * settings.check(); // throws once, naming every bad value and every key nobody read
 * var config = new AgentConfig(broker.get(), every);
 * }</pre>
 *
 * <p>UTF-8. Blank lines and lines that begin with {@code #} mean nothing. Keys are lower-case words
 * joined by hyphens; a value is the rest of the line after the first {@code =}, without the blanks
 * around it, taken as it is: no quotes, no escapes, no comment after it.
 *
 * <p>A type is a function that throws IllegalArgumentException or DateTimeException for what it
 * does not accept. Not thread-safe.
 */
public final class Settings {
    private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
    private static final long MAX_FILE = 1 << 20;

    private final String origin;
    private final Map<String, Line> lines = new LinkedHashMap<>();
    private final TreeSet<String> asked = new TreeSet<>();
    private final List<Problem> problems = new ArrayList<>();

    private record Line(int number, String value) {}

    private record Problem(int line, String text) {}

    private Settings(String origin, String text) {
        this.origin = origin;
        var number = 0;
        for (var line : text.lines().toList()) {
            number++;
            take(number, line.strip());
        }
    }

    /**
     * The settings in that file.
     *
     * @throws ConfigException if it is not there, cannot be read, is larger than 1 MiB or not UTF-8
     */
    public static Settings read(Path file) {
        try {
            return parse(file.toString(), text(file));
        } catch (NoSuchFileException e) {
            throw new ConfigException(file + ": there is no such file", e);
        } catch (CharacterCodingException e) {
            throw new ConfigException(file + ": not UTF-8", e);
        } catch (IOException e) {
            throw new ConfigException(file + ": cannot be read: " + IoReason.of(e), e);
        }
    }

    /** As {@link #read}, but a file that is not there is one without settings. */
    public static Settings readIfThere(Path file) {
        return Files.notExists(file) ? parse(file.toString(), "") : read(file);
    }

    /**
     * The settings in that text.
     *
     * @param origin where it is from, for messages
     */
    public static Settings parse(String origin, String text) {
        return new Settings(origin, text);
    }

    /** The value of that key; {@code fallback} if the file does not have it. */
    public <T> T get(String key, T fallback, Function<String, T> type) {
        return optional(key, type).orElse(fallback);
    }

    /** The value of that key, if the file has it. */
    public <T> Optional<T> optional(String key, Function<String, T> type) {
        return line(key).flatMap(line -> single(key, line, type));
    }

    /**
     * The value of a key that the file must have.
     *
     * @return to be asked after {@link #check}, which throws if there is no value
     */
    public <T> Supplier<T> required(String key, Function<String, T> type) {
        var given = line(key);
        if (given.isEmpty()) {
            problems.add(new Problem(Integer.MAX_VALUE, key + " is missing"));
        }
        var value = given.flatMap(line -> single(key, line, type));
        return () ->
                value.orElseThrow(
                        () -> new IllegalStateException(key + " is asked for before the check"));
    }

    /**
     * The items of that key, separated by commas, blanks around them stripped; {@code fallback} if
     * the file does not have it. {@code key =} is the empty list.
     */
    public <T> List<T> list(String key, List<T> fallback, Function<String, T> type) {
        var given = line(key);
        if (given.isEmpty()) {
            return List.copyOf(fallback);
        }
        var line = given.get();
        if (line.value().isEmpty()) {
            return List.of();
        }
        return Stream.of(line.value().split(",", -1))
                .flatMap(item -> typed(key, line.number(), item.strip(), type).stream())
                .toList();
    }

    /**
     * To be called once every key has been asked for.
     *
     * @throws ConfigException naming the file and every line that is no setting, every value that
     *     its type does not accept, every key that is missing and every key that nobody asked for
     */
    public void check() {
        lines.forEach(
                (key, line) -> {
                    if (!asked.contains(key)) {
                        problem(line.number(), "no setting " + key + Nearest.hint(key, asked));
                    }
                });
        if (!problems.isEmpty()) {
            throw new ConfigException(
                    problems.stream()
                            .sorted(Comparator.comparingInt(Problem::line))
                            .map(this::shown)
                            .toList());
        }
    }

    private static String text(Path file) throws IOException {
        if (Files.size(file) > MAX_FILE) {
            throw new ConfigException(file + ": larger than 1 MiB");
        }
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                .toString();
    }

    private void take(int number, String line) {
        if (line.isEmpty() || line.startsWith("#")) {
            return;
        }
        var equals = line.indexOf('=');
        var key = equals < 0 ? line : line.substring(0, equals).strip();
        if (equals < 0) {
            problem(number, "not key = value: " + Escape.quoted(line));
        } else if (!KEY.matcher(key).matches()) {
            problem(number, "not a key: " + Escape.quoted(key));
        } else if (lines.containsKey(key)) {
            problem(number, key + " again; first on line " + lines.get(key).number());
        } else {
            lines.put(key, new Line(number, line.substring(equals + 1).strip()));
        }
    }

    private Optional<Line> line(String key) {
        if (!KEY.matcher(key).matches()) {
            throw new IllegalArgumentException("not a key: " + key);
        }
        asked.add(key);
        return Optional.ofNullable(lines.get(key));
    }

    private <T> Optional<T> single(String key, Line line, Function<String, T> type) {
        if (line.value().isEmpty()) {
            problem(line.number(), key + " has no value; leave the line out to have the default");
            return Optional.empty();
        }
        return typed(key, line.number(), line.value(), type);
    }

    private <T> Optional<T> typed(String key, int line, String value, Function<String, T> type) {
        try {
            return Optional.of(type.apply(value));
        } catch (IllegalArgumentException | DateTimeException e) {
            problem(line, key + " = " + Escape.line(value) + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    private void problem(int line, String text) {
        problems.add(new Problem(line, text));
    }

    private String shown(Problem problem) {
        var place = problem.line() == Integer.MAX_VALUE ? "" : ":" + problem.line();
        return origin + place + ": " + problem.text();
    }
}
