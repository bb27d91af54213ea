package io.muster.node;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What a node agent does that nothing reaches any more, over a new connection neither: it ends, to
 * be started again, once nothing is under way. Whoever keeps messages from it, the owner of the
 * broker say, must not be able to end what it is at.
 */
final class Deafness implements Consumer<String> {
    private final BooleanSupplier idle;
    private final Consumer<String> resignation;
    private final Logger log;

    /**
     * Nothing was said yet.
     *
     * @param idle whether nothing is under way
     * @param resignation ends the process
     */
    Deafness(BooleanSupplier idle, Consumer<String> resignation, Logger log) {
        this.idle = idle;
        this.resignation = resignation;
        this.log = log;
    }

    /** Said again as long as it lasts. */
    @Override
    public void accept(String reason) {
        if (idle.getAsBoolean()) {
            resignation.accept(reason);
        } else {
            log.log(Level.WARNING, () -> reason + ": this process ends when nothing is under way");
        }
    }
}
