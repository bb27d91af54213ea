/** The command line: one verb a file, each parses, calls the library and returns a code. */
@org.jspecify.annotations.NullMarked
package io.muster.controller.cli;
