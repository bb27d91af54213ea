/** Who is here: what the hub knows of each node, and how it answers operators about it. */
@org.jspecify.annotations.NullMarked
package io.muster.hub.presence;
