package io.muster.simulation;

import io.muster.message.NodeId;
import io.muster.message.RequestId;

import java.time.Instant;

/**
 * Something was really done: a line in a file that the deed itself writes.
 *
 * @param node where
 * @param request for which request
 * @param at when it began, by the clock of the node
 */
public record Mark(NodeId node, RequestId request, Instant at) {}
