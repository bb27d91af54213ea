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
 * The same checks at a time that is not the clock's: for a client that knows its clock is wrong. A
 * certificate that was made later than that time is taken to be made just now.
 */
final class DatedTrust extends FleetTrust {
    private final InstantSource time;

    DatedTrust(TrustStore trust, InstantSource time) {
        super(trust);
        this.time = time;
    }

    @Override
    X509ExtendedTrustManager pkix(X509Certificate[] chain) {
        Instant date = time.instant();
        for (var certificate : chain) {
            var made = certificate.getNotBefore().toInstant();
            date = made.isAfter(date) ? made : date;
        }
        return Tls.pkix(chain[chain.length - 1], date);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        throw new CertificateException("nobody is let in by a clock that is wrong");
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
}
