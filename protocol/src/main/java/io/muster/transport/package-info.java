/** The seam between muster and a message bus. */
@org.jspecify.annotations.NullMarked
package io.muster.transport;
