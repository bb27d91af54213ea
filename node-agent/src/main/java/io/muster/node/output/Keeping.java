package io.muster.node.output;

import static java.lang.System.Logger.Level.WARNING;

import io.muster.config.IoReason;
import io.muster.exec.StdStream;
import io.muster.message.Bytes;
import io.muster.message.RequestKey;

import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps what one program says, as far as the store lets it: in memory while it is little, and on
 * the disk from then on. For one thread at a time.
 */
final class Keeping implements Hearing {
    private static final System.Logger LOG = System.getLogger(Keeping.class.getName());

    private final OutputStore store;
    private final RequestKey request;
    private final int memory;
    private final Map<StdStream, Track> tracks = new EnumMap<>(StdStream.class);

    Keeping(OutputStore store, RequestKey request, int memory) {
        this.store = store;
        this.request = request;
        this.memory = memory;
    }

    /** One stream: what came, and how much of it was kept so far. */
    private final class Track {
        private final StdStream stream;
        private final ByteArrayOutputStream first = new ByteArrayOutputStream();
        private final Bytes.Digest digest = new Bytes.Digest();
        private Optional<FileOutputStream> file = Optional.empty();
        private long said;
        private long kept;
        private boolean full;

        private Track(StdStream stream) {
            this.stream = stream;
        }

        private void take(byte[] bytes, int length) {
            said += length;
            if (file.isEmpty() && !full && said <= memory) {
                first.write(bytes, 0, length);
                return;
            }
            if (openIfNeeded()) {
                write(bytes, length);
            }
        }

        /** Whether there is a file, with what came before in it. */
        private boolean openIfNeeded() {
            if (file.isPresent() || full) {
                return file.isPresent() && !full;
            }
            try {
                file = Optional.of(new FileOutputStream(store.create(request, stream).toFile()));
            } catch (IOException e) {
                fail(e);
                return false;
            }
            write(first.toByteArray(), first.size());
            first.reset();
            return !full;
        }

        /** As many of them as there is room for; what comes after that is not kept any more. */
        private void write(byte[] bytes, int length) {
            var most = (int) Math.min(length, store.perStream() - kept);
            if (!store.take(most)) {
                full = true;
                return;
            }
            kept += most;
            full = most < length;
            try {
                file.orElseThrow().write(bytes, 0, most);
                digest.add(bytes, most);
            } catch (IOException e) {
                fail(e);
            }
        }

        /** A disk that cannot take it: then none of it is kept. */
        private void fail(IOException e) {
            LOG.log(WARNING, () -> "output of " + request + " is not kept: " + IoReason.of(e));
            full = true;
            drop();
        }

        private void drop() {
            close();
            file = Optional.empty();
            store.abandon(request, stream, kept);
            kept = 0;
        }

        private void close() {
            file.ifPresent(
                    open -> {
                        try {
                            open.close();
                        } catch (IOException e) {
                            LOG.log(WARNING, () -> "output of " + request, e);
                        }
                    });
        }

        private Optional<Rest.Part> finish() {
            if (file.isEmpty() || kept == 0) {
                drop();
                return Optional.empty();
            }
            close();
            return Optional.of(new Rest.Part(kept, digest.end().hex()));
        }
    }

    @Override
    public void heard(StdStream stream, byte[] buffer, int length) {
        track(stream).take(buffer, length);
    }

    private Track track(StdStream stream) {
        return tracks.computeIfAbsent(stream, Track::new);
    }

    @Override
    public Map<StdStream, Rest> end(Set<StdStream> cut) {
        var parts = new EnumMap<StdStream, Rest.Part>(StdStream.class);
        for (var stream : StdStream.values()) {
            var track = track(stream);
            if (cut.contains(track.stream)) {
                var _ = track.openIfNeeded();
                track.finish().ifPresent(part -> parts.put(track.stream, part));
            } else {
                track.drop();
            }
        }
        var until = keep(parts);
        var rest = new EnumMap<StdStream, Rest>(StdStream.class);
        for (var stream : cut) {
            var part = until.flatMap(_ -> Optional.ofNullable(parts.get(stream)));
            rest.put(stream, new Rest(track(stream).said, part, until.orElse(Instant.EPOCH)));
        }
        return rest;
    }

    private Optional<Instant> keep(Map<StdStream, Rest.Part> parts) {
        if (parts.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(store.keep(request, parts).until());
        } catch (IOException e) {
            tracks.values().forEach(track -> track.fail(e));
            return Optional.empty();
        }
    }
}
