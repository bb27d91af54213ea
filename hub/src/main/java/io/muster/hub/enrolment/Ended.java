package io.muster.hub.enrolment;

import java.time.Instant;

/**
 * That a node's certificates are void.
 *
 * @param at since when
 * @param free whether another machine may have the id now
 */
public record Ended(Instant at, boolean free) {}
