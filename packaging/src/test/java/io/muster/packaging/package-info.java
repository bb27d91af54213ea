/** The distribution as its users meet it. */
@org.jspecify.annotations.NullMarked
package io.muster.packaging;
