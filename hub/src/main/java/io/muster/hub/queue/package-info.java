/** Requests for nodes that are away: kept on the hub's disk, and handed out when they are back. */
package io.muster.hub.queue;
