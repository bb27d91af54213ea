package io.muster.exec;

import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/**
 * How a program stays when the process that started it ends.
 *
 * @param place a directory for all that is to be known of it; made anew
 * @param most how many bytes of each stream are kept there
 * @param leaving whether this process is about to end: an interrupt leaves the program alone then
 */
public record Stay(Path place, long most, BooleanSupplier leaving) {
    public Stay {
        if (most < 0) {
            throw new IllegalArgumentException("less than nothing is kept");
        }
    }
}
