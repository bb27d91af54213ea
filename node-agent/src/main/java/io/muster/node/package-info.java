/** The daemon on a node: verifies, decides, acts, answers. */
@org.jspecify.annotations.NullMarked
package io.muster.node;
