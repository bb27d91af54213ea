package io.muster.node.host;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/**
 * The users and groups of a machine. Callers check names before they get here; implementations
 * check again that what they made is there. Thread-safe, on the calling thread.
 */
public interface Accounts {

    /** The user of that name, wherever the machine looks for users. */
    Optional<User> user(String name) throws IOException;

    /** The user of that number. */
    Optional<User> user(long uid) throws IOException;

    /** The group of that name, wherever the machine looks for groups. */
    Optional<Group> group(String name) throws IOException;

    /** The group of that number. */
    Optional<Group> group(long gid) throws IOException;

    /** The login shells that may be given to users ({@code /etc/shells}). */
    List<String> shells() throws IOException;

    /**
     * Makes a group.
     *
     * @throws IOException if it is not there afterwards
     */
    void createGroup(String name) throws IOException;

    /**
     * Makes a user with a home directory and without a password.
     *
     * @throws IOException if it is not there afterwards as asked
     */
    void createUser(NewUser user) throws IOException;

    /**
     * The hash of that user's password, in the form of crypt(5), as it is kept; empty if it has
     * none that anybody could log in with.
     */
    Optional<String> passwordHash(String user) throws IOException;

    /**
     * Makes that the hash of the user's password.
     *
     * @throws IOException if it is not afterwards
     */
    void setPasswordHash(String user, String hash) throws IOException;

    /** The groups that list that user as a member, besides its primary group. */
    SortedSet<String> memberships(String user) throws IOException;

    /**
     * Makes that user a member of these groups, which exist, and of no others.
     *
     * @throws IOException if it is otherwise afterwards
     */
    void setMemberships(String user, SortedSet<String> groups) throws IOException;
}
