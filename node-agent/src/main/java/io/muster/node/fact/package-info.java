/** What a node knows of itself: collected by group, merged, bounded, ready to be matched. */
@org.jspecify.annotations.NullMarked
package io.muster.node.fact;
