/** What is told about requests that wait at the hub for nodes that are away. */
package io.muster.queue;
