package io.muster.hub;

import io.muster.config.IoReason;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** Keeps a second hub from using the same directory; goes with the process, however it ends. */
final class HubLock implements AutoCloseable {
    private final FileChannel channel;

    private HubLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the directory, which is made if it is not there.
     *
     * @return nothing if another hub has it
     * @throws HubException if the directory cannot be used
     */
    static Optional<HubLock> take(Path directory, long pid) {
        var file = directory.resolve("hub.lock");
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(
                        directory,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            }
            var channel =
                    FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!locked(channel)) {
                channel.close();
                return Optional.empty();
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((pid + "\n").getBytes(StandardCharsets.US_ASCII)));
            return Optional.of(new HubLock(channel));
        } catch (IOException e) {
            throw new HubException(
                    directory
                            + " cannot be used: "
                            + IoReason.of(e)
                            + ": run this as the hub's user, or choose another place with --state",
                    e);
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** Which process has it, as far as can be told. */
    static String holder(Path directory) {
        try {
            return Files.readString(directory.resolve("hub.lock")).strip();
        } catch (IOException e) {
            return "unknown";
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new HubException("the lock of the hub cannot be given back: " + e, e);
        }
    }
}
