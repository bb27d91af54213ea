/** The command line and library that asks. */
@org.jspecify.annotations.NullMarked
package io.muster.controller;
