package io.muster.security;

import io.muster.message.MalformedException;
import io.muster.trust.Revocations;

import org.jspecify.annotations.Nullable;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Believes in whomever an issuer made that the fleet goes by at the time of the handshake: which
 * these are can change while connections are made. The JDK's own checks follow, with the issuer's
 * certificate as we have it and its root as the only anchor; what else the other side sent does not
 * count. A root can vouch for issuers that are out of use, so that it vouches is not enough.
 */
class FleetTrust extends X509ExtendedTrustManager {
    private final TrustStore trust;
    private final Map<X509Certificate, X509ExtendedTrustManager> known = new ConcurrentHashMap<>();

    FleetTrust(TrustStore trust) {
        this.trust = trust;
    }

    /** The JDK's checks of a chain with its last certificate as the anchor. */
    X509ExtendedTrustManager pkix(X509Certificate[] chain) {
        known.keySet().retainAll(trust.anchors().stream().map(Anchor::root).toList());
        return known.computeIfAbsent(chain[chain.length - 1], Tls::pkix);
    }

    /** The certificate, that of its issuer, which is ours, and that of the root. */
    private X509Certificate[] vouched(X509Certificate[] shown) throws CertificateException {
        if (shown.length == 0) {
            throw new CertificateException("no certificate was shown");
        }
        try {
            var anchor = trust.anchor(shown[0]);
            if (anchor.isEmpty()) {
                throw new CertificateException("not issued by an issuer of this fleet");
            }
            var role = Certificates.identity(shown[0]).role();
            return new X509Certificate[] {shown[0], anchor.get().issuer(role), anchor.get().root()};
        } catch (MalformedException e) {
            throw new CertificateException(e.problem(), e);
        }
    }

    /** The same of a server, which nobody else would refuse if its certificate is void. */
    private X509Certificate[] server(X509Certificate[] shown) throws CertificateException {
        var vouched = vouched(shown);
        var revoked = trust.revoked(vouched[0]);
        if (revoked.isPresent()) {
            throw new CertificateException(Revocations.words(revoked.get()));
        }
        return vouched;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
            throws CertificateException {
        var vouched = server(chain);
        pkix(vouched).checkServerTrusted(vouched, type, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
            throws CertificateException {
        var vouched = server(chain);
        pkix(vouched).checkServerTrusted(vouched, type, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        var vouched = server(chain);
        pkix(vouched).checkServerTrusted(vouched, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        var vouched = vouched(chain);
        pkix(vouched).checkClientTrusted(vouched, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
            throws CertificateException {
        var vouched = vouched(chain);
        pkix(vouched).checkClientTrusted(vouched, type, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
            throws CertificateException {
        var vouched = vouched(chain);
        pkix(vouched).checkClientTrusted(vouched, type, engine);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return trust.anchors().stream()
                .map(Anchor::root)
                .distinct()
                .toArray(X509Certificate[]::new);
    }
}
