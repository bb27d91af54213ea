package io.muster.transport.memory;

import io.muster.message.Identity;
import io.muster.transport.Transport;
import io.muster.transport.TransportContract;

class InMemoryTransportTest extends TransportContract {
    private final InMemoryBus bus = new InMemoryBus();

    @Override
    protected Transport open(Identity who) {
        return bus.open();
    }
}
