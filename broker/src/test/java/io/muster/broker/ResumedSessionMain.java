package io.muster.broker;

import io.muster.message.Identity;
import io.muster.message.IssuerName;
import io.muster.message.Role;
import io.muster.security.Certificates;
import io.muster.security.Credentials;
import io.muster.security.Doorkeeper;
import io.muster.security.TestFleet;
import io.muster.security.Tls;
import io.muster.transport.jms.BrokerAddress;
import io.muster.trust.RevocationList;
import io.muster.trust.RevocationList.Revoked;
import io.muster.trust.Revocations;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A broker that was made to hand out TLS tickets, and an operator who is revoked between two
 * connections: a process of its own, because Java reads that setting once. Prints what it saw.
 */
final class ResumedSessionMain {
    private ResumedSessionMain() {}

    public static void main(String[] args) throws Exception {
        var fleet = TestFleet.create();
        var revocations = new Revocations();
        var context = Tls.mutual(fleet.broker());
        var doorkeeper =
                new Doorkeeper(fleet.trust(), revocations, (_, _) -> false, InstantSource.system());
        var config =
                BrokerConfig.secure(
                                new BrokerAddress("127.0.0.1", 1),
                                context,
                                doorkeeper::identify,
                                _ -> Set.of())
                        .withPort(0);
        try (var broker = EmbeddedBroker.start(config)) {
            context.getServerSessionContext().setSessionTimeout(3_600);
            var bob = fleet.operator("bob");
            var client = Tls.mutual(bob);
            var first = shake(client, broker.port());
            System.out.println("first: " + heard(first));
            first.close();
            var second = shake(client, broker.port());
            System.out.println("resumed: " + sameSession(first, second));
            System.out.println("second: " + heard(second));
            second.close();
            revocations.take(listOf(bob));
            var third = shake(client, broker.port());
            System.out.println("resumed when revoked: " + sameSession(first, third));
            System.out.println("third: " + heard(third));
            System.out.println("refused: " + broker.refusals().containsKey("unknown certificate"));
        }
        System.exit(0);
    }

    private static boolean sameSession(SSLSocket one, SSLSocket other) {
        return one.getSession().getCreationTime() == other.getSession().getCreationTime();
    }

    private static SSLSocket shake(SSLContext context, int port) throws IOException {
        var socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", port);
        socket.setSoTimeout((int) Duration.ofSeconds(10).toMillis());
        socket.startHandshake();
        return socket;
    }

    /** The broker says its name to whom it lets in; tickets come before that. */
    private static boolean heard(SSLSocket socket) {
        try {
            return socket.getInputStream().read() >= 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static RevocationList listOf(Credentials who) {
        var identity = new Identity("test", Role.OPERATOR, who.identity().name());
        var now = Instant.now();
        return new RevocationList(
                "test",
                IssuerName.OPERATORS,
                1,
                now,
                now.plusSeconds(60),
                List.of(
                        new Revoked(
                                identity,
                                Certificates.serial(who.certificate()),
                                now.plusSeconds(60),
                                "stolen")));
    }
}
