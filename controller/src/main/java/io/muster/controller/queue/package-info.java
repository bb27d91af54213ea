/** What waits at the hub for nodes that are away. */
package io.muster.controller.queue;
