/** What a node makes of time: its own clock's, and what it knows better. */
@org.jspecify.annotations.NullMarked
package io.muster.node.time;
