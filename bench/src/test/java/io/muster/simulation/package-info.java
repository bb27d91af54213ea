/** The simulation as a test, and tests of its checker. */
@org.jspecify.annotations.NullMarked
package io.muster.simulation;
