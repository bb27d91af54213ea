/**
 * Measurements of whole fleets on one machine, next to the bus without muster; run by hand, never
 * part of the tests. The names of all mains stand in bench/README.md.
 */
@org.jspecify.annotations.NullMarked
package io.muster.bench;
