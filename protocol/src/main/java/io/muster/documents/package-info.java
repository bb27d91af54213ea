/**
 * The newest of what the authority and operators say, for those who hand it out or keep a door by
 * it: lists, policy, whom to trust, locks.
 */
@org.jspecify.annotations.NullMarked
package io.muster.documents;
