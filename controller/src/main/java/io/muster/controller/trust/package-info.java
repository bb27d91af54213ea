/** What the operator's machine knows of revocation lists and locks, and how it hears of them. */
@org.jspecify.annotations.NullMarked
package io.muster.controller.trust;
