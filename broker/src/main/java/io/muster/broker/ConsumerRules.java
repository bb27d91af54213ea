package io.muster.broker;

import io.muster.message.Identity;

import org.apache.activemq.command.ConsumerInfo;

import java.util.Optional;

/** What a subscription of ours looks like; ActiveMQ knows many more. */
final class ConsumerRules {
    private ConsumerRules() {}

    /** Why it is refused, if it is. */
    static Optional<String> problem(AccessRules rules, Identity who, ConsumerInfo info) {
        var named = Optional.ofNullable(info.getDestination());
        if (info.isBrowser()) {
            return Optional.of("browsing");
        }
        if (info.getSelector() != null || info.getAdditionalPredicate() != null) {
            return Optional.of("a selector");
        }
        if (info.isDurable() || info.getSubscriptionName() != null) {
            return Optional.of("a durable subscription");
        }
        if (info.isNetworkSubscription()
                || info.getBrokerPath() != null
                || info.getNetworkConsumerPath() != null) {
            return Optional.of("a network of brokers");
        }
        if (info.getPrefetchSize() < 1) {
            return Optional.of("pulling");
        }
        return named.flatMap(AccessRules::destination)
                        .filter(d -> rules.mayRead(who, d))
                        .isPresent()
                ? Optional.empty()
                : Optional.of("may not read");
    }

    /** A subscriber that does not read must not hold up those who send to it, nor others. */
    static void tame(ConsumerInfo info, int prefetch) {
        info.setDispatchAsync(true);
        info.setPrefetchSize(Math.min(prefetch, info.getPrefetchSize()));
        info.setMaximumPendingMessageLimit(0);
        info.setExclusive(false);
        info.setRetroactive(false);
        info.setNoLocal(false);
        info.setPriority((byte) 0);
    }
}
