package io.muster.security;

import org.jspecify.annotations.Nullable;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The JDK's checks at a time that is not the clock's: for a client that knows its clock is wrong. A
 * certificate that was made later than that time is taken to be made just now.
 */
final class DatedTrust extends X509ExtendedTrustManager {
    private final X509Certificate root;
    private final InstantSource time;

    DatedTrust(X509Certificate root, InstantSource time) {
        this.root = root;
        this.time = time;
    }

    private X509ExtendedTrustManager at(X509Certificate[] chain) {
        Instant date = time.instant();
        for (var certificate : chain) {
            var made = certificate.getNotBefore().toInstant();
            date = made.isAfter(date) ? made : date;
        }
        return Tls.pkix(root, date);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
            throws CertificateException {
        at(chain).checkServerTrusted(chain, type, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
            throws CertificateException {
        at(chain).checkServerTrusted(chain, type, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        at(chain).checkServerTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        throw new CertificateException("nobody is let in by a clock that is wrong");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
            throws CertificateException {
        throw new CertificateException("nobody is let in by a clock that is wrong");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("nobody is let in by a clock that is wrong");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[] {root};
    }
}
