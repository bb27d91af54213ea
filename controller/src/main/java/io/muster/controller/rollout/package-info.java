/** In which steps a run goes out to its targets, and what stops it. */
@org.jspecify.annotations.NullMarked
package io.muster.controller.rollout;
