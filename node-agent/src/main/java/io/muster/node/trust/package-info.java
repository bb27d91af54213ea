/** What a node goes by besides its policy: revocation lists, policy bundles, locks. */
@org.jspecify.annotations.NullMarked
package io.muster.node.trust;
