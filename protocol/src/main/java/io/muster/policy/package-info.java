/** What a node lets whom do: the language of policies, and what follows from one. */
@org.jspecify.annotations.NullMarked
package io.muster.policy;
