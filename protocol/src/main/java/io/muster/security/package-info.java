/** How what travels is trusted: identities, certificates, envelopes. */
@org.jspecify.annotations.NullMarked
package io.muster.security;
