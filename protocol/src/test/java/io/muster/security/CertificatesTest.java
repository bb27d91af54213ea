package io.muster.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

class CertificatesTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final TestFleet FLEET = new TestFleet("test", NOON);

    private static X509Certificate attested(String attributes, int generation) {
        var key = Ed25519Key.generate(new SecureRandom()).publicKey();
        var leaf =
                Leaf.of(Identity.node("test", new NodeId("web01")), key)
                        .attested(Attributes.parse(attributes), generation);
        return new Issuance(new SecureRandom())
                .leaf(FLEET.nodesIssuer(), leaf, NOON, Duration.ofDays(30));
    }

    @Test
    void whatTheIssuerAttestsIsReadBackInOrder() {
        var certificate = attested("site=ams,env=prod,rack=b/12", 3);
        assertThat(Certificates.attributes(certificate))
                .containsExactly(
                        Map.entry("env", "prod"),
                        Map.entry("rack", "b/12"),
                        Map.entry("site", "ams"));
        assertThat(Certificates.generation(certificate)).isEqualTo(3);
        assertThat(FLEET.trust().flaw(certificate, NOON)).isEmpty();
    }

    @Test
    void aCertificateThatSaysNothingAttestsNothing() {
        var certificate = FLEET.node("web02").certificate();
        assertThat(Certificates.attributes(certificate)).isEmpty();
        assertThat(Certificates.generation(certificate)).isEqualTo(1);
    }

    /** The JDK's own parser answers such bytes with an exception of another kind. */
    @Test
    void aKeyOfNoBytesMakesItNoCertificate() {
        var hex = HexFormat.of();
        var whole = hex.formatHex(Certificates.der(FLEET.node("web03").certificate()).toArray());
        var bent = whole.replace("06032b6570032100", "06032b6570030000");
        assertThat(bent).isNotEqualTo(whole);
        var der = Bytes.wrap(hex.parseHex(bent));
        assertThatThrownBy(() -> Certificates.parse(der)).isInstanceOf(MalformedException.class);
    }

    @Test
    void asManyAsThereMayBeAreReadBackAndOneMoreIsRefused() {
        var values = new TreeMap<String, String>();
        for (int i = 0; i < Attributes.MAX; i++) {
            values.put(("a" + i + "x".repeat(31)).substring(0, 32), "v".repeat(64));
        }
        var text = new Attributes(values).toString();
        assertThat(Certificates.attributes(attested(text, 1))).isEqualTo(values);
        assertThatThrownBy(() -> Attributes.parse(text + ",z=1"))
                .hasMessageContaining("17 attributes");
    }

    @Test
    void whatCouldBeTakenForSomethingElseIsNoAttribute() {
        for (var text :
                List.of(
                        "site",
                        "=ams",
                        "site=",
                        "Site=ams",
                        "site=a b",
                        "site=ams\n",
                        "site=\u202e",
                        "site=ams,",
                        ",",
                        "site=ams,site=ber",
                        "si te=x",
                        "site=a=b",
                        "site=-x")) {
            assertThatThrownBy(() -> Attributes.parse(text))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void everyAlteredByteOfACertificateIsNoticed() {
        var der = Certificates.der(attested("site=ams", 2)).toArray();
        for (int i = 0; i < der.length; i++) {
            var altered = der.clone();
            altered[i] ^= 1;
            assertThat(believed(altered)).as("byte " + i).isFalse();
        }
    }

    private static boolean believed(byte[] der) {
        try {
            return FLEET.trust().flaw(Certificates.parse(Bytes.wrap(der)), NOON).isEmpty();
        } catch (RuntimeException _) {
            return false;
        }
    }

    @Test
    void anElementIsReadInItsShortestFormOnly() {
        assertThat(Der.content(hex("0c0161"), Der.UTF8)).isEqualTo(Bytes.utf8("a"));
        for (var bad :
                List.of(
                        "",
                        "0c",
                        "0c80",
                        "0c81",
                        "0c810161",
                        "0c0261",
                        "0c016100",
                        "020161",
                        "0c83000001")) {
            assertThatThrownBy(() -> Der.content(hex(bad), Der.UTF8))
                    .as(bad)
                    .isInstanceOf(MalformedException.class);
        }
    }

    @Property
    void anyBytesAreAnElementOrMalformed(@ForAll byte[] bytes) {
        try {
            assertThat(
                            Der.content(Bytes.wrap(bytes), bytes.length > 0 ? bytes[0] & 0xff : 0)
                                    .length())
                    .isLessThan(bytes.length);
        } catch (MalformedException e) {
            assertThat(e.problem()).isNotEmpty();
        }
    }

    private static Bytes hex(String digits) {
        return Bytes.wrap(java.util.HexFormat.of().parseHex(digits));
    }
}
