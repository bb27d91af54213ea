package io.muster.node.host;

import java.util.List;

/**
 * A group as it stands.
 *
 * @param name what it is called
 * @param gid its number
 * @param members the users that have it besides their primary group
 */
public record Group(String name, long gid, List<String> members) {
    public Group {
        members = List.copyOf(members);
    }
}
