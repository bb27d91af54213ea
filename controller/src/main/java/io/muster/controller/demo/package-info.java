/** The story of the product on one machine: a hub and five nodes as processes of their own. */
@org.jspecify.annotations.NullMarked
package io.muster.controller.demo;
