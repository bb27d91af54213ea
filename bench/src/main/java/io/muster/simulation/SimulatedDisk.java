package io.muster.simulation;

import io.muster.journal.Disk;
import io.muster.message.Bytes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The disk of one life of a process: real files, of which it is known how far they were forced. At
 * the loss of power what was not forced is lost, or half of it, or there is garbage where it was.
 */
final class SimulatedDisk implements Disk {
    private static final Duration LATE = Duration.ofMillis(500);

    private final Life life;
    private final Chance chance;
    private final Flaw flaw;
    private final Stage stage;
    private final Map<Path, Long> forced = new HashMap<>();
    private boolean full;

    /**
     * @param flaw may have it lie about what it forced
     */
    SimulatedDisk(Life life, Stage stage, Flaw flaw) {
        this.life = life;
        this.stage = stage;
        this.chance = stage.chance();
        this.flaw = flaw;
    }

    /** From now on, or no longer, there is no room. */
    void full(boolean is) {
        full = is;
    }

    @Override
    public Tail open(Path file) throws IOException {
        step();
        forced.putIfAbsent(file, Files.size(file));
        return new SimulatedTail(file, Disk.REAL.open(file));
    }

    @Override
    public void write(Path file, Bytes content) throws IOException {
        step();
        checkRoom();
        Files.write(file, content.view());
        forced.put(file, flaw == Flaw.LYING_DISK ? 0L : content.length());
        step();
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        step();
        Files.move(
                from,
                to,
                java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        forced.put(to, forced.getOrDefault(from, 0L));
        forced.remove(from);
        step();
    }

    /** The dead write no more. */
    private void step() throws IOException {
        life.step();
        if (!life.alive()) {
            throw new IOException("its process died");
        }
    }

    private void checkRoom() throws IOException {
        if (full) {
            throw new IOException("No space left on device");
        }
    }

    /**
     * Puts what the process left into another directory, as the next life finds it.
     *
     * @param power whether the machine lost its power, and not just the process its life
     */
    void leave(Path from, Path to, boolean power) throws IOException {
        Files.createDirectories(to);
        try (var all = Files.list(from)) {
            for (var file : all.sorted().toList()) {
                var target = to.resolve(file.getFileName());
                if (Files.isDirectory(file)) {
                    leave(file, target, power);
                } else if (power && forced.containsKey(file)) {
                    Files.write(target, survives(Files.readAllBytes(file), forced.get(file)));
                } else if (!file.toString().endsWith(".lock")) {
                    Files.copy(file, target);
                }
            }
        }
    }

    /**
     * What was forced, and of the rest none, a part, or a part and zeros in the place of others.
     */
    private byte[] survives(byte[] written, long sure) {
        var least = (int) Math.min(sure, written.length);
        var kept = least + chance.below(written.length - least + 1);
        var content = Arrays.copyOf(written, kept);
        return chance.of(0.1) ? Arrays.copyOf(content, written.length) : content;
    }

    /** How far each file was forced, for the disk of the next life in another directory. */
    void inherit(SimulatedDisk before, Path from, Path to) {
        before.forced.forEach(
                (file, length) -> forced.put(to.resolve(from.relativize(file)), length));
    }

    private final class SimulatedTail implements Tail {
        private final Path file;
        private final Tail real;

        SimulatedTail(Path file, Tail real) {
            this.file = file;
            this.real = real;
        }

        @Override
        public void append(byte[] bytes) throws IOException {
            if (life.last()) {
                real.append(Arrays.copyOf(bytes, chance.below(bytes.length + 1)));
                throw life.die();
            }
            step();
            if (full) {
                real.append(Arrays.copyOf(bytes, chance.below(bytes.length)));
                checkRoom();
            }
            real.append(bytes);
        }

        @Override
        public void force() throws IOException {
            step();
            var size = Files.size(file);
            switch (flaw) {
                case LYING_DISK -> {}
                case LATE_DISK -> stage.after(LATE, () -> forced.merge(file, size, Math::max));
                case NONE,
                        FORGETFUL_NODES,
                        SLOW_CLOCKS,
                        SIGNING_ANEW,
                        UNWRITTEN_ANSWERS,
                        NO_FLOORS,
                        FORGETFUL_QUEUE ->
                        forced.put(file, size);
            }
            step();
        }

        @Override
        public void truncate(long length) throws IOException {
            step();
            real.truncate(length);
            forced.merge(file, length, Math::min);
        }

        @Override
        public void close() throws IOException {
            real.close();
        }
    }
}
