/** Typed settings that report every problem at once. */
@org.jspecify.annotations.NullMarked
package io.muster.config;
