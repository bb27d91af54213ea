/** The form of a node's audit log, and the examination of one by somebody else. */
@org.jspecify.annotations.NullMarked
package io.muster.audit;
