package io.muster.hub.enrolment;

import io.muster.message.Identity;
import io.muster.message.IssuerName;
import io.muster.security.Certificates;
import io.muster.security.Ed25519PublicKey;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;

/**
 * Whether the keys that lie in an operator's directory may be certified again. Others can often
 * write there: a key counts only if this authority has certified it for the same operator before,
 * and has not made one of its certificates void.
 */
final class HeldKeys {
    private final X509Certificate issuer;
    private final IssuedToOperators issued;
    private final RevocationRegister register;

    /**
     * By what that authority knows.
     *
     * @param issuer the operators issuer that signs now; earlier ones count by what is kept of them
     */
    HeldKeys(AuthorityFiles files, String fleet, X509Certificate issuer, InstantSource clock) {
        this.issuer = issuer;
        this.issued = new IssuedToOperators(files);
        this.register = new RevocationRegister(files, fleet, clock);
    }

    /**
     * Refuses a certificate that this authority did not make, and one of a key that it may not
     * certify.
     */
    void check(Identity holder, X509Certificate held, Path directory) {
        var own = of(holder, Certificates.key(held));
        if (!own.contains(held) && !signed(held)) {
            throw strange("operator.crt was not made by this authority", directory);
        }
        checkVoid(holder, held, directory);
        own.forEach(certificate -> checkVoid(holder, certificate, directory));
    }

    /** The same of a key without its certificate. */
    void check(Identity holder, Ed25519PublicKey key, Path directory) {
        var own = of(holder, key);
        if (own.isEmpty()) {
            throw strange(
                    "operator.key has no operator.crt, and was never certified here", directory);
        }
        own.forEach(certificate -> checkVoid(holder, certificate, directory));
    }

    private void checkVoid(Identity holder, X509Certificate certificate, Path directory) {
        if (register.noted(IssuerName.OPERATORS, holder, Certificates.serial(certificate))) {
            throw strange("a certificate of this key was revoked", directory);
        }
    }

    private List<X509Certificate> of(Identity holder, Ed25519PublicKey key) {
        return issued.of(holder).stream().filter(c -> Certificates.key(c).equals(key)).toList();
    }

    private boolean signed(X509Certificate held) {
        try {
            held.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static AuthorityException strange(String what, Path directory) {
        return new AuthorityException(
                directory
                        + ": "
                        + what
                        + "; nothing was signed: move operator.key, operator.crt and trust.pem"
                        + " away, and a new key is made");
    }
}
