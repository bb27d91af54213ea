package io.muster.simulation;

import io.muster.exec.Command;
import io.muster.exec.Hearer;
import io.muster.exec.Result;
import io.muster.node.host.Accounts;
import io.muster.node.host.AuthorizedKeys;
import io.muster.node.host.Host;
import io.muster.node.host.HostNames;
import io.muster.node.host.SandboxHost;
import io.muster.node.host.Tree;

import java.time.Duration;
import java.util.Optional;

/** A machine in one of its boots; of the simulation's making, and otherwise a directory. */
record Booted(SandboxHost machine, String bootId) implements Host {
    @Override
    public Tree files() {
        return machine.files();
    }

    @Override
    public HostNames names() {
        return machine.names();
    }

    @Override
    public Accounts accounts() {
        return machine.accounts();
    }

    @Override
    public AuthorizedKeys authorizedKeys() {
        return machine.authorizedKeys();
    }

    @Override
    public Optional<String> tool(String name) {
        return machine.tool(name);
    }

    @Override
    public String machineId() {
        return machine.machineId();
    }

    @Override
    public Deed reboot(Duration delay, String reason) {
        throw new UnsupportedOperationException("the simulation reboots with sim.down");
    }

    @Override
    public Result run(Command command, Hearer hearer) {
        throw new UnsupportedOperationException("no program runs in the simulation");
    }
}
