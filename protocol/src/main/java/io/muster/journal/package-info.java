/** Append-only, checksummed, fsynced records. */
@org.jspecify.annotations.NullMarked
package io.muster.journal;
