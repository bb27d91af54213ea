package io.muster.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.RequestId;
import io.muster.message.Role;
import io.muster.security.Sealer.Kind;
import io.muster.security.Sealer.Place;
import io.muster.security.Sealer.SealException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.junit.jupiter.api.Test;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

class SealerTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Sealer SEALER = new Sealer(RANDOM);
    private static final SealingKey KEY = SealingKey.generate(RANDOM);
    private static final Identity ALICE = new Identity("test", Role.OPERATOR, "alice");
    private static final Identity WEB01 = Identity.node("test", new NodeId("web01"));
    private static final Identity WEB02 = Identity.node("test", new NodeId("web02"));
    private static final RequestId REQUEST = new RequestId("0f8fad5bd9cb469fa16570867728950e");
    private static final Place PLACE = new Place(Kind.ARGUMENT, REQUEST, ALICE, WEB01, "password");
    private static final Bytes SECRET = Bytes.utf8("correct horse battery staple");

    /**
     * The vectors published with RFC 9180 for mode 0 (base), KEM 0x0020, KDF 0x0001, AEAD 0x0002:
     * the first encryption.
     */
    @Test
    void sealsAndOpensTheVectorOfTheStandard() throws SealException {
        var recipient =
                SealingKey.ofRaw(
                        hex("497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d"));
        assertThat(recipient.publicKey().encoded().hex())
                .isEqualTo("430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c");
        var once =
                new X25519PrivateKeyParameters(
                        hex("179d4b53b6365c45b600c4163b61d95cbc2f4d9e36f1695558dce265ab8bab11")
                                .view(),
                        0);
        var info = hex("4f6465206f6e2061204772656369616e2055726e");
        var associated = hex("436f756e742d30");
        var plain = hex("4265617574792069732074727574682c20747275746820626561757479");
        var sealed =
                hex(
                        "6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256"
                            + "e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980"
                            + "a41de125a925cdad859d5b7a");
        assertThat(Sealer.seal(recipient.publicKey(), once, info, associated, plain))
                .isEqualTo(sealed);
        assertThat(Sealer.open(recipient, info, associated, sealed)).isEqualTo(plain);
    }

    @Property(tries = 50)
    void opensWhatWasSealed(@ForAll byte[] secret) throws SealException {
        var part = SEALER.seal(KEY.publicKey(), PLACE, Bytes.wrap(secret));
        assertThat(Sealer.open(KEY, PLACE, part)).isEqualTo(Bytes.wrap(secret));
        assertThat(part.length()).isLessThanOrEqualTo(secret.length + Sealer.OVERHEAD);
    }

    @Test
    void sealsTheSameSecretDifferentlyEachTime() {
        assertThat(SEALER.seal(KEY.publicKey(), PLACE, SECRET))
                .isNotEqualTo(SEALER.seal(KEY.publicKey(), PLACE, SECRET));
    }

    @Test
    void opensInItsOwnPlaceOnly() {
        var part = SEALER.seal(KEY.publicKey(), PLACE, SECRET);
        var other = new RequestId("ffffffffd9cb469fa16570867728950e");
        var bob = new Identity("test", Role.OPERATOR, "bob");
        for (var place :
                List.of(
                        new Place(Kind.RESULT, REQUEST, ALICE, WEB01, "password"),
                        new Place(Kind.ARGUMENT, other, ALICE, WEB01, "password"),
                        new Place(Kind.ARGUMENT, REQUEST, bob, WEB01, "password"),
                        new Place(Kind.ARGUMENT, REQUEST, ALICE, WEB02, "password"),
                        new Place(Kind.ARGUMENT, REQUEST, ALICE, WEB01, "comment"))) {
            assertThatThrownBy(() -> Sealer.open(KEY, place, part))
                    .as(place.toString())
                    .isInstanceOf(SealException.class);
        }
        assertThatThrownBy(() -> Sealer.open(SealingKey.generate(RANDOM), PLACE, part))
                .isInstanceOf(SealException.class);
    }

    @Test
    void noticesEveryChangedByte() {
        var part = SEALER.seal(KEY.publicKey(), PLACE, SECRET);
        for (int i = 0; i < part.length(); i++) {
            var changed = part.toArray();
            changed[i] ^= 1;
            assertThatThrownBy(() -> Sealer.open(KEY, PLACE, Bytes.wrap(changed)))
                    .isInstanceOf(SealException.class);
        }
    }

    @Property(tries = 100)
    void refusesWhateverElseThereIs(@ForAll byte[] bytes) {
        assertThatThrownBy(() -> Sealer.open(KEY, PLACE, Bytes.wrap(bytes)))
                .isInstanceOf(SealException.class);
    }

    /** The points of small order of RFC 7748, and their twins beyond the prime. */
    @Test
    void refusesKeysThatShareTheirSecretsWithEverybody() {
        for (var point :
                List.of(
                        "0000000000000000000000000000000000000000000000000000000000000000",
                        "0100000000000000000000000000000000000000000000000000000000000000",
                        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")) {
            assertThatThrownBy(() -> SealingPublicKey.of(hex(point)))
                    .isInstanceOf(MalformedException.class);
            var part = Bytes.wrap(concat(hex(point).view(), new byte[80]));
            assertThatThrownBy(() -> Sealer.open(KEY, PLACE, part))
                    .isInstanceOf(SealException.class);
        }
    }

    @Test
    void readsItsKeyAgain() {
        var again = SealingKey.ofPkcs8(KEY.pkcs8());
        assertThat(again.publicKey()).isEqualTo(KEY.publicKey());
        assertThat(again.derived("test")).isEqualTo(KEY.derived("test"));
        assertThat(KEY.derived("test")).isNotEqualTo(KEY.derived("other"));
        assertThatThrownBy(() -> SealingKey.ofPkcs8(Ed25519Key.generate(RANDOM).pkcs8()))
                .isInstanceOf(SecurityFileException.class);
    }

    private static byte[] concat(byte[] one, byte[] other) {
        var both = java.util.Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static Bytes hex(String digits) {
        return Bytes.wrap(HexFormat.of().parseHex(digits));
    }
}
