/** What may differ between answers that say the same, and how numbers are spread over a fleet. */
@org.jspecify.annotations.NullMarked
package io.muster.controller.mask;
