package io.muster.enrolment;

import io.muster.message.Bytes;
import io.muster.message.FieldReader;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.security.Ed25519Key;
import io.muster.security.Hmac;
import io.muster.security.Parts;
import io.muster.security.SigningRequest;

import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A machine's request for a certificate.
 *
 * @param csr the key and the proof that the applicant holds its private half (PKCS #10)
 * @param applicant what it says about itself
 * @param proof that it knows a token's secret; without one a person decides
 */
public record JoinRequest(SigningRequest csr, Applicant applicant, Optional<Proof> proof) {

    /** The largest request a hub reads, in bytes. */
    public static final int MAX_SIZE = 8 * 1024;

    private static final String LABEL = "muster join 1";
    private static final int NONCE = 16;

    /**
     * Proof of knowing a token's secret, which itself never travels.
     *
     * @param token the token's id
     * @param nonce chosen by the applicant
     * @param mac HMAC-SHA256 under the token's key over everything the request says and the hub's
     *     root, each part with its length before it
     */
    public record Proof(String token, Bytes nonce, Bytes mac) {
        public Proof {
            if (!JoinToken.isId(token)) {
                throw new MalformedException("not a token's id");
            }
            if (nonce.length() != NONCE || mac.length() != 32) {
                throw new MalformedException("a nonce of 16 bytes and a code of 32");
            }
        }
    }

    public JoinRequest {
        if (applicant.sealing().filter(claim -> !claim.madeBy(csr.key())).isPresent()) {
            throw new MalformedException("the sealing key is not signed with the applicant's key");
        }
    }

    /** A request that a person will have to allow. */
    public static JoinRequest of(Ed25519Key key, Applicant applicant) {
        return new JoinRequest(SigningRequest.of(key), applicant, Optional.empty());
    }

    /** A request that proves to know the token's secret; {@code random} chooses the nonce. */
    public static JoinRequest of(
            Ed25519Key key, Applicant applicant, JoinToken token, RandomGenerator random) {
        var csr = SigningRequest.of(key);
        var bytes = new byte[NONCE];
        random.nextBytes(bytes);
        var nonce = Bytes.wrap(bytes);
        var covered = covered(token.id(), token.listener().root(), csr, nonce, applicant);
        var proof = new Proof(token.id(), nonce, Hmac.sha256(token.key(), covered));
        return new JoinRequest(csr, applicant, Optional.of(proof));
    }

    /**
     * Whether it proves the secret behind that key, to the hub with that root.
     *
     * @param key {@link JoinToken#key}
     * @param root the SHA-256 of this hub's root certificate
     */
    public boolean provenBy(Bytes key, Bytes root) {
        return proof.map(
                        p -> {
                            var covered = covered(p.token(), root, csr, p.nonce(), applicant);
                            return Hmac.same(Hmac.sha256(key, covered), p.mac());
                        })
                .orElse(false);
    }

    /** The JSON that travels. */
    public Bytes encode() {
        var fields = new LinkedHashMap<String, Value>();
        fields.put("csr", Value.of(csr.der().base64()));
        applicant.wanted().ifPresent(id -> fields.put("id", Value.of(id.value())));
        fields.put("name", Value.of(applicant.name()));
        fields.put("machine", Value.of(applicant.machine()));
        applicant.sealing().ifPresent(claim -> fields.put("sealing", claim.toValue()));
        proof.ifPresent(
                p ->
                        fields.put(
                                "proof",
                                Fields.EMPTY
                                        .with("token", p.token())
                                        .with("nonce", p.nonce().base64())
                                        .with("mac", p.mac().base64())));
        return Json.write(new Fields(fields));
    }

    /**
     * Reads a request from untrusted bytes and checks that it is signed with its own key; says
     * nothing about its proof.
     *
     * @throws MalformedException if it is anything else
     */
    public static JoinRequest decode(Bytes document) {
        if (document.length() > MAX_SIZE) {
            throw new MalformedException("join request: " + document.length() + " bytes");
        }
        var reader = new FieldReader("join request", Json.read(document));
        try {
            var request =
                    new JoinRequest(
                            reader.text("csr", text -> SigningRequest.parse(Bytes.base64(text))),
                            new Applicant(
                                    reader.optionalText("id", NodeId::new),
                                    reader.text("name"),
                                    reader.text("machine"),
                                    reader.optionalFields("sealing").map(SealingClaim::of)),
                            reader.optionalFields("proof").map(JoinRequest::proof));
            reader.done();
            return request;
        } catch (MalformedException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new MalformedException("join request: " + e.getMessage(), e);
        }
    }

    private static Proof proof(Fields fields) {
        var reader = new FieldReader("proof", fields);
        var proof =
                new Proof(
                        reader.text("token"),
                        reader.text("nonce", Bytes::base64),
                        reader.text("mac", Bytes::base64));
        reader.done();
        return proof;
    }

    /** Each part with its length before it: no two requests share these bytes. */
    private static Bytes covered(
            String token, Bytes root, SigningRequest csr, Bytes nonce, Applicant applicant) {
        return new Parts()
                .add(LABEL)
                .add(token)
                .add(root)
                .add(csr.der())
                .add(nonce)
                .add(applicant.wanted().map(NodeId::value).orElse(""))
                .add(applicant.name())
                .add(applicant.machine())
                .add(applicant.sealing().map(claim -> claim.key().encoded().hex()).orElse(""))
                .bytes();
    }
}
