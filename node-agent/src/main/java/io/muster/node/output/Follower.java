package io.muster.node.output;

import io.muster.exec.StdStream;
import io.muster.message.Bytes;
import io.muster.message.Live;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Tells what a program says while it says it: four times a second at most, and at most so much at a
 * time. Of more than that the middle is left out, which the offsets show. The program never waits
 * for whoever listens.
 */
public final class Follower implements Hearing {
    private static final Duration PAUSE = Duration.ofMillis(250);

    /** How long the end of the program may wait for its last words to be on their way. */
    private static final Duration LAST = Duration.ofSeconds(1);

    private static final int HALF = Live.MOST / 2;

    private final Hearing hearing;
    private final Voice voice;
    private final Map<StdStream, Track> tracks = new EnumMap<>(StdStream.class);
    private final Steps steps = new Steps();
    private final Semaphore ended = new Semaphore(0);
    private final Thread teller;

    private Follower(Hearing hearing, Voice voice, Set<StdStream> live) {
        this.hearing = hearing;
        this.voice = voice;
        live.forEach(stream -> tracks.put(stream, new Track(stream)));
        this.teller = Thread.ofVirtual().name("follower").unstarted(this::tell);
    }

    /** Tells of those streams, beside what that hearing does. */
    public static Follower of(Hearing hearing, Voice voice, Set<StdStream> live) {
        var follower = new Follower(hearing, voice, live);
        follower.teller.start();
        return follower;
    }

    /** What was said since it was told last: its beginning, and its end. */
    private static final class Track {
        private final StdStream stream;
        private final ByteArrayOutputStream first = new ByteArrayOutputStream();
        private final byte[] ring = new byte[HALF];
        private long later;
        private long said;

        private Track(StdStream stream) {
            this.stream = stream;
        }

        private void add(byte[] bytes, int length) {
            var begin = Math.min(length, HALF - first.size());
            first.write(bytes, 0, begin);
            // More than the ring holds would only be overwritten again.
            var from = Math.max(begin, length - HALF);
            later += from - begin;
            for (int i = from; i < length; i++) {
                ring[(int) (later++ % HALF)] = bytes[i];
            }
            said += length;
        }

        private List<Live> take() {
            var told = new ArrayList<Live>();
            if (first.size() > 0) {
                var offset = said - later - first.size();
                var end = end();
                if (later == end.length) {
                    first.writeBytes(end);
                    told.add(output(offset, first.toByteArray()));
                } else {
                    told.add(output(offset, first.toByteArray()));
                    told.add(output(said - end.length, end));
                }
            }
            first.reset();
            later = 0;
            return told;
        }

        private byte[] end() {
            var end = new byte[(int) Math.min(later, HALF)];
            for (int i = 0; i < end.length; i++) {
                end[i] = ring[(int) ((later - end.length + i) % HALF)];
            }
            return end;
        }

        private Live output(long offset, byte[] bytes) {
            return new Live.Output(stream.word(), offset, Bytes.wrap(bytes));
        }
    }

    @Override
    public void heard(StdStream stream, byte[] buffer, int length) {
        hearing.heard(stream, buffer, length);
        synchronized (tracks) {
            Optional.ofNullable(tracks.get(stream)).ifPresent(track -> track.add(buffer, length));
            if (stream == StdStream.STDERR) {
                steps.take(buffer, length);
            }
        }
    }

    private void tell() {
        try {
            while (!ended.tryAcquire(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                tellNews();
            }
            tellNews();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void tellNews() {
        var news = new ArrayList<Live>();
        synchronized (tracks) {
            tracks.values().forEach(track -> news.addAll(track.take()));
            steps.news().ifPresent(news::add);
        }
        news.forEach(voice::say);
    }

    @Override
    public Map<StdStream, Rest> end(Set<StdStream> cut) {
        ended.release();
        try {
            var _ = teller.join(LAST);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return hearing.end(cut);
    }
}
