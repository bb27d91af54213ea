/**
 * What the hub keeps and hands out of what the authority and operators say: lists, policy, locks.
 */
@org.jspecify.annotations.NullMarked
package io.muster.hub.trust;
