package io.muster.audit;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Something in an audit log that its node agent did not write so.
 *
 * @param file where
 * @param line in which line, from 1; absent if it is about the file, or several
 * @param what is wrong; may hold text from the file, so it is escaped where it is shown
 */
public record Problem(Path file, Optional<Long> line, String what) {}
