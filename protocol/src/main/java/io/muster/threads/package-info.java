/** The seam between muster and the threads, waits and elapsed time of the machine. */
@org.jspecify.annotations.NullMarked
package io.muster.threads;
