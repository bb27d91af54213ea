package io.muster.transport.memory;

import io.muster.transport.Receiver;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What waits at one destination, and who listens there. Guarded by the bus. */
sealed interface Channel {

    /** Takes a message in; returns the mailboxes that must get a turn for it. */
    List<Mailbox> put(Message message);

    /** Adds a listener. */
    Mailbox join(Receiver receiver);

    /** Removes a listener; returns the mailboxes that must get a turn for what it left. */
    List<Mailbox> leave(Mailbox mailbox);

    /** The mailboxes that rest though messages wait for them. */
    List<Mailbox> wake();

    /** Every listener gets a copy. */
    final class Broadcast implements Channel {
        private final List<Mailbox> listeners = new ArrayList<>();

        @Override
        public List<Mailbox> put(Message message) {
            listeners.forEach(m -> m.waiting().addLast(message));
            return wake();
        }

        @Override
        public Mailbox join(Receiver receiver) {
            var mailbox = new Mailbox(this, receiver, new ArrayDeque<>());
            listeners.add(mailbox);
            return mailbox;
        }

        @Override
        public List<Mailbox> leave(Mailbox mailbox) {
            listeners.remove(mailbox);
            return List.of();
        }

        @Override
        public List<Mailbox> wake() {
            return listeners.stream().filter(m -> !m.waiting().isEmpty() && m.begin()).toList();
        }
    }

    /** One listener gets it, taking turns; it waits while there is none. */
    final class Queue implements Channel {
        private final Deque<Message> waiting = new ArrayDeque<>();
        private final Deque<Mailbox> listeners = new ArrayDeque<>();

        @Override
        public List<Mailbox> put(Message message) {
            waiting.addLast(message);
            return wake();
        }

        @Override
        public Mailbox join(Receiver receiver) {
            var mailbox = new Mailbox(this, receiver, waiting);
            listeners.addLast(mailbox);
            return mailbox;
        }

        @Override
        public List<Mailbox> leave(Mailbox mailbox) {
            listeners.remove(mailbox);
            return wake();
        }

        @Override
        public List<Mailbox> wake() {
            var idle = listeners.stream().filter(Mailbox::begin).limit(waiting.size()).toList();
            listeners.removeAll(idle);
            listeners.addAll(idle);
            return idle;
        }
    }
}
