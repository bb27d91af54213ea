package io.muster.controller;

import io.muster.controller.ask.Asked;
import io.muster.controller.ask.Received;
import io.muster.controller.discovery.Target;
import io.muster.controller.rollout.Batch;

import java.time.Duration;
import java.util.List;

/** A book of a run into which nothing is written: what else it says is a test's. */
interface QuietBook extends Logbook {
    @Override
    default void sending(Asked asked, List<Target> targets) {}

    @Override
    default void heard(Received received, Duration after) {}

    @Override
    default void left(List<Target> targets) {}

    @Override
    default void passed(Batch batch) {}
}
