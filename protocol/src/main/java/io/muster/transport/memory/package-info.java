/** A bus inside one process, for tests and simulation. */
@org.jspecify.annotations.NullMarked
package io.muster.transport.memory;
