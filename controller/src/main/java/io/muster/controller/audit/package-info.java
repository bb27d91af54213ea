/** What an operator keeps of the nodes' audit logs, and gets from the hub about them. */
@org.jspecify.annotations.NullMarked
package io.muster.controller.audit;
