package io.muster.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Identity;
import io.muster.message.Role;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.security.SecureRandom;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

class NamedTrustTest {
    private final TestFleet fleet = TestFleet.create();

    @ParameterizedTest
    @ValueSource(strings = {"hub.example.com", "HUB.example.com", "192.0.2.7", "2001:db8::7"})
    void hostsThatTheCertificateNamesAreTheServers(String host) throws Exception {
        assertThat(NamedTrust.names(certificate(), host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.com",
                "a.hub.example.com",
                "hub.example.com.",
                "192.0.2.8",
                "192.0.2",
                "2001:db8::8",
                "muster://test/broker/hub"
            })
    void allOtherHostsAreNot(String host) throws Exception {
        assertThat(NamedTrust.names(certificate(), host)).isFalse();
    }

    @Test
    void certificateWithoutHostsIsOfNoServer() throws CertificateParsingException {
        assertThat(NamedTrust.names(fleet.node("localhost").certificate(), "localhost")).isFalse();
    }

    private X509Certificate certificate() {
        var random = new SecureRandom();
        var key = Ed25519Key.generate(random);
        return new Issuance(random)
                .leaf(
                        fleet.nodesIssuer(),
                        new Identity("test", Role.BROKER, "hub"),
                        key.publicKey(),
                        List.of("hub.example.com", "192.0.2.7", "2001:db8::7"),
                        Instant.now(),
                        Duration.ofDays(1));
    }
}
