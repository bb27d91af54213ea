/**
 * What this node puts on record, and how others can tell later that the record is still the same.
 */
@org.jspecify.annotations.NullMarked
package io.muster.node.audit;
