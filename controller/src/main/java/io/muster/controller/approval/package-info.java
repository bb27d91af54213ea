/** Requests that others have to approve: proposed, listed, approved, and then sent. */
@org.jspecify.annotations.NullMarked
package io.muster.controller.approval;
