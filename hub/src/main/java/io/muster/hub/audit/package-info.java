/** What nodes signed about their audit logs, kept where a node cannot change it. */
@org.jspecify.annotations.NullMarked
package io.muster.hub.audit;
