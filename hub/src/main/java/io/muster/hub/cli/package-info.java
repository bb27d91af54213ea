/** The commands of the hub's program: {@code muster hub} and {@code muster ca}. */
@org.jspecify.annotations.NullMarked
package io.muster.hub.cli;
