/** Keeps requests that wait for the approval of others. */
@org.jspecify.annotations.NullMarked
package io.muster.hub.approval;
