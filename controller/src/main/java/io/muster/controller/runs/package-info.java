/** What is written down of runs on the machine of the operator, and read again. */
@org.jspecify.annotations.NullMarked
package io.muster.controller.runs;
