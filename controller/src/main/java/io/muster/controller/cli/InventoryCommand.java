package io.muster.controller.cli;

import io.muster.action.BuiltIn;
import io.muster.controller.ExitCode;
import io.muster.controller.render.InventoryPage;
import io.muster.message.Value.Fields;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.util.List;
import java.util.concurrent.Callable;

/** {@code muster inventory NODE}: everything about one node. */
@Command(
        name = "inventory",
        description = "Show everything about one node: facts, classes, actions.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster inventory web01",
            "  muster inventory web01 --output json > web01.json",
            "  muster filter -F role=web --facts web01.json"
        })
final class InventoryCommand implements Callable<ExitCode> {
    private final Surroundings around;

    @Parameters(index = "0", paramLabel = "NODE", description = "Its id or host name.")
    private String node = "";

    @Mixin private CommonOptions common = new CommonOptions();
    @Mixin private CollectiveOption collective = new CollectiveOption();
    @Mixin private TimeOptions times = new TimeOptions();
    @Mixin private OutputOptions output = new OutputOptions();

    InventoryCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public ExitCode call() throws InterruptedException {
        times.check(List.of(BuiltIn.NODE_INVENTORY));
        var form = output.form();
        try (var session = Session.open(around, common, collective.get())) {
            var one = new OneNode(session, times);
            var report = one.run(BuiltIn.NODE_INVENTORY, Fields.EMPTY, one.find(node), false);
            var code = ExitCode.of(report);
            if (code != ExitCode.DONE) {
                around.err().println("muster inventory: " + OneNode.problem(report));
                return code;
            }
            var page = new InventoryPage(output.screen(around), OneNode.only(report));
            switch (form) {
                case TEXT -> page.text();
                case JSON -> page.json();
                case JSONL -> page.jsonLine();
                case NAMES -> page.name();
            }
            return code;
        }
    }
}
