/** The centre: runs the broker, knows who is here, decides who may join. */
@org.jspecify.annotations.NullMarked
package io.muster.hub;
