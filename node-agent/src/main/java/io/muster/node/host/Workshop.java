package io.muster.node.host;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * A directory inside one that belongs to somebody else, which nobody but this process's user can
 * enter. Giving a file away opens it by its name: where its future owner can put a pipe or a link
 * under that name, root would wait for ever, or give away another file. So things are made in here,
 * and moved out when they are finished. Not thread-safe.
 */
final class Workshop implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Workshop.class.getName());

    private final Folder place;
    private final String name;
    private final Folder inside;
    private String unfinished = "";
    private boolean gone;

    private Workshop(Folder place, String name, Folder inside) {
        this.place = place;
        this.name = name;
        this.inside = inside;
    }

    /**
     * Makes one in {@code place}, whose parent must be nobody's but root's.
     *
     * @throws IOException also if the owner of the place interfered
     */
    static Workshop in(Folder place) throws IOException {
        var name = ".muster-" + Long.toHexString(System.nanoTime());
        Files.createDirectory(
                place.path().resolve(name),
                PosixFilePermissions.asFileAttribute(Modes.PRIVATE_FOLDER));
        var inside = place.child(name);
        var status = inside.status();
        var self = Owner.ofThisProcess().user(place.path().getFileSystem());
        if (!status.owner().equals(self) || !status.permissions().equals(Modes.PRIVATE_FOLDER)) {
            inside.close();
            throw new IOException(inside.path() + " was replaced while it was made");
        }
        return new Workshop(place, name, inside);
    }

    /** Makes a file for the eyes of {@code owner} alone. */
    void make(String file, String content, Owner owner) throws IOException {
        unfinished = file;
        inside.create(file, content);
        inside.own(file, Modes.PRIVATE_FILE, Optional.of(owner));
    }

    /** Moves the file that was made to where it belongs, over what is there. */
    void deliver(Folder to) throws IOException {
        inside.move(unfinished, to, unfinished);
        unfinished = "";
        to.sync();
    }

    /** Gives itself, with what was made in it, to {@code owner}, under another name. */
    void become(String newName, Owner owner) throws IOException {
        inside.sync();
        inside.own(Modes.PRIVATE_FOLDER, owner);
        gone = true;
        place.move(name, place, newName);
        place.sync();
    }

    /** Leaves nothing behind, if its surroundings let it. */
    @Override
    public void close() {
        try (inside) {
            if (!gone) {
                if (!unfinished.isEmpty()) {
                    inside.discard(unfinished);
                }
                place.removeFolder(name);
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, () -> "left behind: " + inside.path() + ": " + e.getMessage());
        }
    }
}
