package io.muster.controller.ask;

import io.muster.message.Reply;

/**
 * A genuine reply.
 *
 * @param reply signed by the very node (or hub) it names, and about the very request that was sent
 * @param arrived when it came in, as {@link System#nanoTime} counts
 */
public record Received(Reply reply, long arrived) {}
