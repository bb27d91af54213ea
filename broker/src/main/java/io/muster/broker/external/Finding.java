package io.muster.broker.external;

/**
 * What came of one attempt at a broker.
 *
 * @param who as whom it was tried
 * @param what was tried
 * @param ok whether it ended as it must
 * @param detail how it ended, a line for people; may hold words of the broker
 */
public record Finding(String who, String what, boolean ok, String detail) {}
