/** One operator at the bus: what is signed and sent, and which of the answers are believed. */
@org.jspecify.annotations.NullMarked
package io.muster.controller.ask;
