/** What a message broker of somebody else needs to be as strict as ours, and whether it is. */
@org.jspecify.annotations.NullMarked
package io.muster.broker.external;
