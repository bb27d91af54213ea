/** What an action may do to the machine it runs on: for real, or in a directory that plays one. */
@org.jspecify.annotations.NullMarked
package io.muster.node.host;
