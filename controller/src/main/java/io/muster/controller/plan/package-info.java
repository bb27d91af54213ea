/** The plan of a site, as people write it: which machines it has, and what they are there for. */
@org.jspecify.annotations.NullMarked
package io.muster.controller.plan;
