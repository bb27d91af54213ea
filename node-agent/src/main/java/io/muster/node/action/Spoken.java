package io.muster.node.action;

import io.muster.exec.Result;
import io.muster.exec.StdStream;
import io.muster.message.Value.Fields;
import io.muster.node.output.Hearing;
import io.muster.node.output.Rest;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;

/**
 * What a reply says of the words of a program: both streams apart, as much of each as fits, how
 * much there was, and where the rest is. Nothing is cut in silence.
 */
final class Spoken {
    private final Result result;
    private final Map<StdStream, Excerpt> shown = new EnumMap<>(StdStream.class);
    private final Map<StdStream, Rest> rest;

    private Spoken(Result result, Excerpt stdout, Excerpt stderr, int kept, Hearing hearing) {
        this.result = result;
        shown.put(StdStream.STDOUT, stdout);
        shown.put(StdStream.STDERR, stderr);
        var cut = EnumSet.noneOf(StdStream.class);
        for (var stream : StdStream.values()) {
            if (excerpt(stream).cut() || bytes(stream) > kept) {
                cut.add(stream);
            }
        }
        rest = hearing.end(cut);
        // Of a program that stayed alone, not even the hearer has heard all.
        rest.replaceAll((stream, left) -> left.of(bytes(stream)));
    }

    /** The beginning and the end of each stream, at most so many bytes in all. */
    static Spoken beginningAndEnd(Result result, int most, Hearing hearing) {
        return new Spoken(
                result,
                Excerpt.beginning(result.stdout(), most),
                Excerpt.beginning(result.stderr(), most),
                most,
                hearing);
    }

    /**
     * The end of each stream, at most so many bytes.
     *
     * @param kept how many bytes of each stream the result has, at most
     */
    static Spoken end(Result result, int most, int kept, Hearing hearing) {
        return new Spoken(
                result,
                Excerpt.end(result.stdout(), most),
                Excerpt.end(result.stderr(), most),
                kept,
                hearing);
    }

    /**
     * The beginning and the end of what a program complained, at most so many bytes; its standard
     * output is an answer, and told otherwise.
     *
     * @param answer how many bytes that answer may have
     */
    static Spoken besideAnswer(Result result, int most, int answer, Hearing hearing) {
        var whole = result.stdoutBytes() <= answer;
        return new Spoken(
                result,
                new Excerpt("", !whole),
                Excerpt.beginning(result.stderr(), most),
                answer,
                hearing);
    }

    /** Into the data of the outcome. */
    Fields into(Fields data) {
        var all =
                data.with("stdout", excerpt(StdStream.STDOUT).text())
                        .with("stderr", excerpt(StdStream.STDERR).text())
                        .with("stdout_bytes", result.stdoutBytes())
                        .with("stderr_bytes", result.stderrBytes());
        return withRest(all);
    }

    /** Only what there was to complain about, for actions whose standard output is no text. */
    Fields complaints(Fields data) {
        if (result.stderrBytes() == 0) {
            return data;
        }
        var all =
                data.with("stderr", excerpt(StdStream.STDERR).text())
                        .with("stderr_bytes", result.stderrBytes());
        return withRest(all);
    }

    private Fields withRest(Fields data) {
        if (rest.isEmpty()) {
            return data;
        }
        var told = Fields.EMPTY;
        for (var stream : rest.entrySet()) {
            told = told.with(stream.getKey().word(), stream.getValue().toValue());
        }
        return data.with("rest", told);
    }

    /** For the end of a message: what is not here, and where it is. */
    String note() {
        var note = new StringBuilder();
        for (var stream : rest.entrySet()) {
            var left = stream.getValue();
            note.append("; not all ")
                    .append(left.said())
                    .append(" bytes of ")
                    .append(stream.getKey().word())
                    .append(" are here");
            if (left.kept() > 0) {
                note.append(", ").append(left.kept()).append(" are kept at the node");
            }
            if (left.lost() > 0) {
                note.append(left.kept() > 0 ? " and " + left.lost() : ", the rest")
                        .append(left.lost() == 1 || left.kept() == 0 ? " is lost" : " are lost");
            }
        }
        return note.toString();
    }

    private Excerpt excerpt(StdStream stream) {
        return shown.getOrDefault(stream, new Excerpt("", false));
    }

    private long bytes(StdStream stream) {
        return switch (stream) {
            case STDOUT -> result.stdoutBytes();
            case STDERR -> result.stderrBytes();
        };
    }
}
