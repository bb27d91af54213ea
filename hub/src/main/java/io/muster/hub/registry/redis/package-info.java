/** The registry of several hubs in a Redis, and what is needed to talk to one. */
@org.jspecify.annotations.NullMarked
package io.muster.hub.registry.redis;
