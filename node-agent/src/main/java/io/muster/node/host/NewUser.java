package io.muster.node.host;

import java.util.Optional;

/**
 * A user account to make.
 *
 * @param name what to call it
 * @param uid its number; the machine chooses one if absent
 * @param group the name of its primary group, which exists
 * @param comment the full name or purpose, without colons
 * @param home its home directory, made with mode 0750
 * @param shell its login shell
 */
public record NewUser(
        String name, Optional<Long> uid, String group, String comment, String home, String shell) {}
