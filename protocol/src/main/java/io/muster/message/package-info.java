/** What travels: checked records, and the one strict reader and writer of their JSON. */
@org.jspecify.annotations.NullMarked
package io.muster.message;
