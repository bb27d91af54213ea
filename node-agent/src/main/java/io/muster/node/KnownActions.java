package io.muster.node;

import io.muster.action.ActionSpec;
import io.muster.exec.ProcessRunner;
import io.muster.message.ActionName;
import io.muster.message.Nearest;
import io.muster.node.action.Action;
import io.muster.node.action.Actions;
import io.muster.node.action.ExternalActions;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/** The actions that a node agent with some settings would have, to speak of and never to run. */
record KnownActions(AgentConfig config, Actions actions) {

    /** With the settings in that file. */
    static KnownActions with(Path settings) {
        var config = AgentConfig.read(settings);
        var external =
                new ExternalActions(config.actions(), new ProcessRunner(), InstantSource.system());
        var builtIn = Actions.builtIn(config.puppet(), Set.copyOf(config.userGroups()));
        return new KnownActions(config, new Actions(builtIn, external));
    }

    List<ActionSpec> specs() {
        return actions.specs();
    }

    /**
     * The action of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    ActionSpec find(String name) {
        var names = specs().stream().map(spec -> spec.name().value()).toList();
        return actions.find(new ActionName(name))
                .map(Action::spec)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "no action " + name + " here" + Nearest.hint(name, names)));
    }
}
