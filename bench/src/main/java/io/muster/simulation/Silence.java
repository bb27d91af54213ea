package io.muster.simulation;

import java.util.ResourceBundle;

/** Where the node agents of a simulation log to: what they say is in their audit logs. */
enum Silence implements System.Logger {
    LOG;

    @Override
    public String getName() {
        return "simulation";
    }

    @Override
    public boolean isLoggable(Level level) {
        return false;
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {}

    @Override
    public void log(Level level, ResourceBundle bundle, String format, Object... params) {}
}
