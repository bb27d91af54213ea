/**
 * What the authority and the operators say about whom to obey: revocation lists, policies, locks.
 */
@org.jspecify.annotations.NullMarked
package io.muster.trust;
