package io.muster.node.host;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.muster.node.action.UserEnsureOnLinux;

import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** Runs tests within the namespace that {@link LinuxHostIT} made. */
final class InNamespace {
    private InNamespace() {}

    public static void main(String[] arguments) {
        var summary = new SummaryGeneratingListener();
        var request =
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(
                                selectClass(LinuxHostInNamespace.class),
                                selectClass(UserEnsureOnLinux.class))
                        .build();
        LauncherFactory.create().execute(request, summary);
        var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        summary.getSummary().printFailuresTo(out, 20);
        var passed = summary.getSummary().getTestsSucceededCount();
        out.println("linux host: " + passed + " tests passed");
        var all = summary.getSummary().getTestsFoundCount();
        System.exit(passed == all && passed > 0 ? 0 : 1);
    }
}
