package io.muster.controller;

import io.muster.controller.ask.Replies;
import io.muster.controller.rollout.Batch;
import io.muster.controller.rollout.Rollout;
import io.muster.controller.rollout.Schedule;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;

/**
 * Waits before a node is sent to as long as somebody wants the run to pause, or has to look at it
 * first. For one thread.
 */
final class Pauses {
    private static final Duration LOOK_EVERY = Duration.ofMillis(300);

    private final Rollout rollout;
    private final Schedule schedule;
    private final Logbook logbook;
    private final ReplyCollector collector;

    Pauses(Past past, Logbook logbook, ReplyCollector collector) {
        this.rollout = past.rollout();
        this.schedule = past.schedule();
        this.logbook = logbook;
        this.collector = collector;
    }

    /**
     * Returns at once if nobody wants that, and as soon as nobody wants it any more; or when the
     * run was cancelled.
     *
     * @param batch of whom it is about to be sent
     * @param replies is heard meanwhile
     * @throws InterruptedException if the thread is interrupted
     */
    void before(Batch batch, Replies replies) throws InterruptedException {
        var told = new ArrayList<Optional<Batch>>();
        var point = schedule.heldBefore(batch, rollout.pauseAfter(), logbook::promoted);
        while ((logbook.pauses() || point.isPresent()) && logbook.cancelled().isEmpty()) {
            if (told.isEmpty() || !told.getLast().equals(point)) {
                logbook.pausing(point);
                told.add(point);
            }
            collector.listen(replies, LOOK_EVERY);
            point = schedule.heldBefore(batch, rollout.pauseAfter(), logbook::promoted);
        }
    }
}
