/** What a node can do, described: names, inputs, classes. */
@org.jspecify.annotations.NullMarked
package io.muster.action;
