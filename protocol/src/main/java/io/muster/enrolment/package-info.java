/** How a machine asks to become a node of a fleet, and what it is answered. */
@org.jspecify.annotations.NullMarked
package io.muster.enrolment;
