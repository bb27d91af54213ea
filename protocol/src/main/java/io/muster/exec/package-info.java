/** The only place that starts processes. */
@org.jspecify.annotations.NullMarked
package io.muster.exec;
