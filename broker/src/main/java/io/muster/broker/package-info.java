/** The message bus: ActiveMQ Classic inside our process, and nothing else. */
@org.jspecify.annotations.NullMarked
package io.muster.broker;
