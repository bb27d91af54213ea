package io.muster.security;

import io.muster.message.Bytes;

import org.jspecify.annotations.Nullable;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Believes in a server whose chain ends in the one root of which only the SHA-256 is known; the
 * rest of the chain, the validity, the use and the host name are checked by the JDK's PKIX code
 * with that root as the only anchor.
 */
final class PinnedTrust extends X509ExtendedTrustManager {
    private final Bytes root;

    PinnedTrust(Bytes root) {
        this.root = root;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
            throws CertificateException {
        anchored(chain).checkServerTrusted(chain, type, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
            throws CertificateException {
        anchored(chain).checkServerTrusted(chain, type, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        throw new CertificateException("without the connection the host name cannot be checked");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        throw new CertificateException("only for clients");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    private X509ExtendedTrustManager anchored(X509Certificate[] chain) throws CertificateException {
        if (chain.length == 0) {
            throw new CertificateException("no certificate was shown");
        }
        var anchor =
                Arrays.stream(chain)
                        .filter(c -> Certificates.der(c).sha256().equals(root))
                        .findFirst();
        if (anchor.isEmpty()) {
            throw new CertificateException(
                    "another authority: expected the root "
                            + root.hex()
                            + ", seen "
                            + Certificates.fingerprint(chain[chain.length - 1]));
        }
        return Tls.pkix(anchor.get());
    }
}
