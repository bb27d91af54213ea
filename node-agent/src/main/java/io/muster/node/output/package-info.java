/** What programs say that does not fit into a reply: kept for a while, to be asked for. */
@org.jspecify.annotations.NullMarked
package io.muster.node.output;
