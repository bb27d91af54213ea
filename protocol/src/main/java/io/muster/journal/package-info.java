/** What must not be lost: append-only, checksummed, fsynced records, and files replaced whole. */
@org.jspecify.annotations.NullMarked
package io.muster.journal;
