/** What a node can do: the built-in actions and those an administrator dropped in. */
@org.jspecify.annotations.NullMarked
package io.muster.node.action;
