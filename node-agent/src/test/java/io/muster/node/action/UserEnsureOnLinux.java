package io.muster.node.action;

import io.muster.node.host.Host;
import io.muster.node.host.PrivateMachine;

import org.junit.jupiter.api.BeforeEach;

import java.io.IOException;

/** With real programs; run within a namespace by {@code LinuxHostIT}. */
public class UserEnsureOnLinux extends UserEnsureContract {
    @SuppressWarnings("NullAway.Init") // before each test
    private Host host;

    @BeforeEach
    void start() throws IOException {
        host = PrivateMachine.fresh();
    }

    @Override
    Host host() {
        return host;
    }
}
