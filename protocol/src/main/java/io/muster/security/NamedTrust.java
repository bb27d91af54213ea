package io.muster.security;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Believes in a server for which the root vouches, under the very host that was dialled. Chain,
 * validity and use are checked by the JDK's PKIX code. It could compare the host as well, but reads
 * all public authorities first, a hundred and fifty certificates, to learn that our root is none of
 * them: too much for a command that takes half a second.
 */
final class NamedTrust extends X509ExtendedTrustManager {
    private static final int DNS = 2;
    private static final int ADDRESS = 7;

    private final X509ExtendedTrustManager pkix;

    /**
     * @param pkix checks all but the host
     */
    NamedTrust(X509ExtendedTrustManager pkix) {
        this.pkix = pkix;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
            throws CertificateException {
        pkix.checkServerTrusted(chain, type, socket);
        checkHost(chain[0], socket instanceof SSLSocket tls ? tls.getHandshakeSession() : null);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
            throws CertificateException {
        pkix.checkServerTrusted(chain, type, engine);
        checkHost(chain[0], engine == null ? null : engine.getHandshakeSession());
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        throw new CertificateException("without the connection the host name cannot be checked");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        pkix.checkClientTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
            throws CertificateException {
        pkix.checkClientTrusted(chain, type, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
            throws CertificateException {
        pkix.checkClientTrusted(chain, type, engine);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return pkix.getAcceptedIssuers();
    }

    private static void checkHost(X509Certificate leaf, @Nullable SSLSession session)
            throws CertificateException {
        var host = session == null ? null : session.getPeerHost();
        if (host == null || host.isEmpty()) {
            throw new CertificateException("the host that was dialled is not known");
        }
        if (!names(leaf, host)) {
            throw new CertificateException("it is not for the host " + host);
        }
    }

    /** Whether the certificate names that host, which is a name or an address; no wildcards. */
    static boolean names(X509Certificate leaf, String host) throws CertificateParsingException {
        var names = leaf.getSubjectAlternativeNames();
        if (names == null) {
            return false;
        }
        var address = address(host);
        return names.stream()
                .anyMatch(
                        name ->
                                address == null
                                        ? of(DNS, name).equalsIgnoreCase(host)
                                        : address.equals(address(of(ADDRESS, name))));
    }

    private static String of(int kind, List<?> name) {
        return name.getFirst().equals(kind) ? String.valueOf(name.get(1)) : "";
    }

    private static @Nullable InetAddress address(String text) {
        var like = text.indexOf(':') >= 0 || text.matches("[0-9.]+");
        try {
            return like ? InetAddress.ofLiteral(text) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
