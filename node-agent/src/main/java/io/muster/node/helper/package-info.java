/** What the node agent and the root helper say to each other on a Unix socket, and how. */
@org.jspecify.annotations.NullMarked
package io.muster.node.helper;
