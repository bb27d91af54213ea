package io.muster.node;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;

/**
 * What it means to be told to stop: the first time to stop in good order, the second time at once.
 * Of the platform's own, the second is not heard while the first is being obeyed.
 */
final class Signals {
    /** A program has no other way to hear of signals, and the compiler no way to let it pass. */
    private static final String SIGNAL = "sun.misc.Signal";

    private static final int STATUS = 128;

    private Signals() {}

    /**
     * Listens to SIGTERM and SIGINT, where the platform lets it.
     *
     * @param first ends the program in good order, with that exit status
     * @param again ends it at once
     */
    static void listen(IntConsumer first, IntConsumer again) {
        var told = new AtomicBoolean();
        IntConsumer heard =
                status -> {
                    if (told.compareAndSet(false, true)) {
                        first.accept(status);
                    } else {
                        again.accept(status);
                    }
                };
        for (var name : List.of("TERM", "INT")) {
            try {
                listen(name, heard);
            } catch (ReflectiveOperationException | IllegalArgumentException _) {
                // Then the platform obeys the first one, and systemd has a limit of its own.
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // equals would ask this very listener
    private static void listen(String name, IntConsumer heard) throws ReflectiveOperationException {
        var type = Class.forName(SIGNAL);
        var listener = Class.forName(SIGNAL + "Handler");
        var signal = type.getConstructor(String.class).newInstance(name);
        var number = (int) type.getMethod("getNumber").invoke(signal);
        var obeying =
                Proxy.newProxyInstance(
                        Signals.class.getClassLoader(),
                        new Class<?>[] {listener},
                        (proxy, method, arguments) ->
                                switch (method.getName()) {
                                    case "handle" -> {
                                        heard.accept(STATUS + number);
                                        yield true;
                                    }
                                    case "equals" -> proxy == arguments[0];
                                    case "hashCode" -> System.identityHashCode(proxy);
                                    default -> "listener to " + signal;
                                });
        type.getMethod("handle", type, listener).invoke(null, signal, obeying);
    }
}
