package io.muster.hub.enrolment;

/**
 * Somebody who has not confirmed a step of a change of the authority.
 *
 * @param who {@code node/web01}, {@code operator/alice}, {@code hub/main}, {@code broker/main}
 * @param why what is missing, in words
 */
public record Laggard(String who, String why) {}
