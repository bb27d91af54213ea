/** Who should act: the filter language, parsed on both sides, evaluated on the node. */
@org.jspecify.annotations.NullMarked
package io.muster.filter;
