/**
 * A fleet on one thread: the code of the product under a seeded bus, clock and disk, and the
 * checker of what must hold whatever happens.
 */
@org.jspecify.annotations.NullMarked
package io.muster.simulation;
