package io.muster.broker;

import io.muster.message.Identity;
import io.muster.transport.AddressBlock;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * How many connections there may be, at the door and inside. Strangers have places of their own:
 * however many wait at the door, there is room for those who get in. Thread-safe.
 */
final class Places {
    private static final String ALL = "all";

    private final Turnstile<String> strangers;
    private final Turnstile<AddressBlock> strangersPerAddress;
    private final Turnstile<AddressBlock> addresses;
    private final Turnstile<String> inside;
    private final Turnstile<Identity> identities;

    Places(BrokerLimits limits) {
        this.strangers = new Turnstile<>(limits.strangers());
        this.strangersPerAddress = new Turnstile<>(limits.strangersPerAddress());
        this.addresses = new Turnstile<>(limits.connectionsPerAddress());
        this.inside = new Turnstile<>(limits.connections());
        // who connects again is heard before its old connection is ended
        this.identities = new Turnstile<>(2 * limits.each().connections());
    }

    /** A place at the door. */
    Place stranger(InetAddress address) throws NoPlaceException {
        var block = AddressBlock.of(address);
        var place = new Place();
        try {
            place.address.enter(addresses, block, "too many connections", "from one address");
            place.door.enter(strangersPerAddress, block, "too many strangers", "from one address");
            place.door.enter(strangers, ALL, "too many strangers", "in all");
            return place;
        } catch (NoPlaceException e) {
            place.leave();
            throw e;
        }
    }

    /** What one connection takes up. */
    final class Place {
        private final Entered address = new Entered();
        private final Entered door = new Entered();
        private final Entered room = new Entered();

        private Place() {}

        /** Comes in, and leaves the door. */
        void in() throws NoPlaceException {
            room.enter(inside, ALL, "too many connections", "in all");
            door.leave();
        }

        /** Comes in as somebody, and leaves the door. */
        void in(Identity who) throws NoPlaceException {
            room.enter(identities, who, "too many connections", "of " + who.brief());
            in();
        }

        /** The connection is over; idempotent. */
        void leave() {
            room.leave();
            door.leave();
            address.leave();
        }
    }

    private static final class Entered {
        private final List<Runnable> leaving = new ArrayList<>();

        synchronized <K> void enter(Turnstile<K> turnstile, K as, String kind, String detail)
                throws NoPlaceException {
            if (!turnstile.enter(as)) {
                throw new NoPlaceException(kind, detail);
            }
            leaving.add(() -> turnstile.leave(as));
        }

        synchronized void leave() {
            leaving.forEach(Runnable::run);
            leaving.clear();
        }
    }

    /** There are too many already. */
    static final class NoPlaceException extends Exception {
        private static final long serialVersionUID = 1;

        private final String kind;

        NoPlaceException(String kind, String detail) {
            super(detail);
            this.kind = kind;
        }

        /** What there are too many of, from a fixed set. */
        String kind() {
            return kind;
        }
    }
}
