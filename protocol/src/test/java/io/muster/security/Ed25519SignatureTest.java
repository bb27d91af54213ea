package io.muster.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.BeforeContainer;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Security;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

class Ed25519SignatureTest {
    private static final String JDK = "SunEC";

    /** Test 2 of RFC 8032, section 7.1. */
    private static final String SEED =
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";

    private static final String SIGNATURE =
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                    + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

    @BeforeAll
    @BeforeContainer
    static void prefer() {
        Ed25519Provider.prefer();
    }

    @Test
    void isWhatTheJdkTakesForEd25519AndStandsThereOnce() throws Exception {
        Ed25519Provider.prefer();
        var ours = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        var signature = Signature.getInstance("Ed25519");
        signature.initSign(ours.getPrivate());
        assertThat(signature.getProvider().getName()).isEqualTo("MusterEd25519");
        assertThat(Security.getProviders())
                .filteredOn(provider -> provider instanceof Ed25519Provider)
                .hasSize(1);
    }

    @Test
    void signsAsTheStandardSays() throws Exception {
        var pkcs8 = HexFormat.of().parseHex("302e020100300506032b657004220420" + SEED);
        var key = KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        assertThat(HexFormat.of().formatHex(sign(key, new byte[] {0x72}, "MusterEd25519")))
                .isEqualTo(SIGNATURE);
    }

    @Property(tries = 40)
    void agreesWithTheJdk(@ForAll byte[] message, @ForAll int flipped) throws Exception {
        var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        var signature = sign(pair.getPrivate(), message, "MusterEd25519");
        assertThat(signature).isEqualTo(sign(pair.getPrivate(), message, JDK));
        assertThat(verify(pair.getPublic(), message, signature)).isTrue();
        signature[Math.floorMod(flipped, 64)] ^= (byte) (1 << Math.floorMod(flipped, 8));
        assertThat(verify(pair.getPublic(), message, signature)).isFalse();
    }

    @Test
    void signsAnewAfterEachSignature() throws Exception {
        var key = Ed25519Key.generate(new SecureRandom());
        var signature = Signature.getInstance("Ed25519");
        signature.initSign(key.jdkKey());
        signature.update((byte) 1);
        var first = signature.sign();
        signature.update(new byte[] {0, 1, 0}, 1, 1);
        assertThat(signature.sign()).isEqualTo(first);
    }

    @Test
    void keysWithWhichEverythingVerifiesAreRefused() throws Exception {
        var identity = "302a300506032b6570032100" + "01" + "00".repeat(31);
        var key =
                KeyFactory.getInstance("Ed25519")
                        .generatePublic(new X509EncodedKeySpec(HexFormat.of().parseHex(identity)));
        var signature = Signature.getInstance("Ed25519", "MusterEd25519");
        assertThatThrownBy(() -> signature.initVerify(key)).isInstanceOf(InvalidKeyException.class);
    }

    private static byte[] sign(PrivateKey key, byte[] message, String provider)
            throws GeneralSecurityException {
        var signature = Signature.getInstance("Ed25519", provider);
        signature.initSign(key);
        signature.update(message);
        return signature.sign();
    }

    private static boolean verify(PublicKey key, byte[] message, byte[] signature)
            throws GeneralSecurityException {
        var checking = Signature.getInstance("Ed25519", "MusterEd25519");
        checking.initVerify(key);
        checking.update(message);
        return checking.verify(signature);
    }
}
