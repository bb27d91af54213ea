/** Who may join the fleet: the authority, its tokens, and those who wait at the door. */
@org.jspecify.annotations.NullMarked
package io.muster.hub.enrolment;
