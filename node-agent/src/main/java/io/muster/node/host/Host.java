package io.muster.node.host;

import io.muster.exec.Command;
import io.muster.exec.CommandRunner;
import io.muster.exec.Hearer;
import io.muster.exec.Result;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * What an action may do to the machine it runs on. Actions reach the machine through nothing else,
 * so that a directory can play one. Thread-safe; everything happens on the calling thread.
 */
public interface Host extends CommandRunner {

    /** Something that was made ready and is done by one call. */
    interface Deed {
        /** Does it. */
        void perform() throws IOException;
    }

    /** Its files; {@code files().root()} is where its {@code /} really is. */
    Tree files();

    /** Its own name. */
    HostNames names();

    /** Its users and groups. */
    Accounts accounts();

    /** The ssh keys that let people in as one of its users. */
    AuthorizedKeys authorizedKeys();

    /** The absolute path of the program {@code name}, looked for in a fixed list of directories. */
    Optional<String> tool(String name);

    /**
     * Names this boot: another one after every boot. Read once, when this object was made: a
     * machine cannot boot under a running program.
     */
    String bootId();

    /** Names this installation ({@code /etc/machine-id}; clones share it); empty if unknown. */
    String machineId();

    /**
     * Makes ready for a reboot.
     *
     * @param delay how long after the deed the machine begins to go down
     * @param reason told to those who are logged in; may be empty
     * @return the deed: it returns at once, and the machine goes down after {@code delay}
     * @throws IOException if this machine has no way to reboot; nothing was done
     */
    Deed reboot(Duration delay, String reason) throws IOException;

    /** Runs a program of this machine's; one that is not its own is not started. */
    @Override
    Result run(Command command, Hearer hearer);
}
