package io.muster.controller.discovery;

import java.util.List;

/** Takes nobody but the nodes of a list; who they are today, another discovery finds out. */
public final class FileDiscovery implements Discovery {
    private final List<String> names;
    private final Discovery directory;

    /**
     * @param names ids and host names, as {@link NodesFile} reads them
     * @param directory knows which nodes have them
     */
    public FileDiscovery(List<String> names, Discovery directory) {
        this.names = List.copyOf(names);
        this.directory = directory;
    }

    @Override
    public Targets find(Search search) throws InterruptedException {
        return directory.find(search.among(names));
    }
}
