package io.muster.controller.cli;

import io.muster.controller.runs.RunsDirectory;
import io.muster.controller.runs.RunsDirectory.Kept;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Which run is meant, and where it is kept. */
final class NamedRun {
    @Parameters(paramLabel = "RUN", description = "Its id, the beginning of that, or last.")
    private String word = "";

    @Mixin private CommonOptions common = new CommonOptions();

    /** What it was called. */
    String word() {
        return word;
    }

    CommonOptions common() {
        return common;
    }

    /** Where the runs are. */
    RunsDirectory directory(Surroundings around) {
        return directory(around, common);
    }

    /** The same for a command about all of them. */
    static RunsDirectory directory(Surroundings around, CommonOptions common) {
        var config = new ConfigFile(around, common).read();
        return new RunsDirectory(config.runs(), config.keepRuns());
    }

    /** The run itself. */
    Kept find(Surroundings around) {
        return directory(around).find(word);
    }
}
