/** Finding the targets: presence, broadcast, a list of names. */
@org.jspecify.annotations.NullMarked
package io.muster.controller.discovery;
