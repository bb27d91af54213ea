package io.muster.node.host;

/**
 * A user account as it stands.
 *
 * @param name what it is called
 * @param uid its number
 * @param gid the number of its primary group
 * @param comment the full name or purpose
 * @param home its home directory
 * @param shell its login shell
 */
public record User(String name, long uid, long gid, String comment, String home, String shell) {}
