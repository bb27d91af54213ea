package io.muster.security;

import io.muster.message.Bytes;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;

import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** TLS 1.3 contexts from a fleet's certificates. */
public final class Tls {
    static {
        Ed25519Provider.prefer();
    }

    private static final char[] NO_PASSWORD = new char[0];

    private Tls() {}

    /**
     * Both sides show a certificate: for the bus. A client checks the server's host by itself, and
     * need not be told to.
     */
    public static SSLContext mutual(Credentials credentials) {
        return context(keys(credentials), named(new FleetTrust(credentials.trust())));
    }

    /** The same for a client whose clock may be wrong: what it knows of the time counts. */
    public static SSLContext mutual(Credentials credentials, KnownTime time) {
        return context(keys(credentials), named(new DatedTrust(credentials.trust(), time)));
    }

    /**
     * Only believes in the fleet's root and shows nothing: for a client that has no certificate.
     */
    public static SSLContext anonymous(X509Certificate root) {
        return context(new KeyManager[0], named(pkix(root)));
    }

    /**
     * Shows its certificate with the whole chain up to the root, so that a client which only knows
     * the root's fingerprint can check it, and asks clients for nothing: for enrolment.
     */
    public static SSLContext serving(Credentials credentials) {
        var keys = new OnlyKey(credentials.key().jdkKey(), () -> chain(credentials, true));
        return context(new KeyManager[] {keys}, trust(credentials.trust().root()));
    }

    /** Believes in whomever one of these vouches for, and shows nothing: outside of the fleet. */
    static SSLContext vouched(List<X509Certificate> authorities) {
        return context(new KeyManager[0], trust(authorities));
    }

    /** Believes in whomever the root with that SHA-256 vouches for, and shows nothing. */
    static SSLContext pinned(Bytes root) {
        return context(new KeyManager[0], new TrustManager[] {new PinnedTrust(root)});
    }

    private static SSLContext context(KeyManager[] keys, TrustManager[] trust) {
        try {
            var context = SSLContext.getInstance("TLSv1.3");
            context.init(keys, trust, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has TLS 1.3", e);
        }
    }

    private static KeyManager[] keys(Credentials credentials) {
        return new KeyManager[] {
            new OnlyKey(credentials.key().jdkKey(), () -> chain(credentials, false))
        };
    }

    /** The certificate of today, and those who really vouch for it, whoever is in use by now. */
    private static X509Certificate[] chain(Credentials credentials, boolean whole) {
        var leaf = credentials.certificate();
        var anchor = credentials.trust().vouching(leaf);
        var issuer = anchor.issuer(credentials.identity().role());
        return whole
                ? new X509Certificate[] {leaf, issuer, anchor.root()}
                : new X509Certificate[] {leaf, issuer};
    }

    /** The JDK's own checks with that one anchor. */
    static X509ExtendedTrustManager pkix(X509Certificate root) {
        return extended(trust(root));
    }

    /** The same, as if it were that time. */
    static X509ExtendedTrustManager pkix(X509Certificate root, Instant date) {
        try {
            var target = new X509CertSelector();
            var parameters = new PKIXBuilderParameters(Set.of(new TrustAnchor(root, null)), target);
            parameters.setDate(Date.from(date));
            parameters.setRevocationEnabled(false);
            var factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(new CertPathTrustManagerParameters(parameters));
            return extended(factory.getTrustManagers());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK's PKIX trust manager takes a date", e);
        }
    }

    private static X509ExtendedTrustManager extended(TrustManager[] managers) {
        for (var manager : managers) {
            if (manager instanceof X509ExtendedTrustManager extended) {
                return extended;
            }
        }
        throw new IllegalStateException("the JDK's PKIX trust manager knows connections");
    }

    private static TrustManager[] named(X509ExtendedTrustManager checks) {
        return new TrustManager[] {new NamedTrust(checks)};
    }

    private static TrustManager[] trust(X509Certificate root) {
        return trust(List.of(root));
    }

    private static TrustManager[] trust(List<X509Certificate> roots) {
        try {
            var store = empty();
            for (var root : roots) {
                store.setCertificateEntry("root" + store.size(), root);
            }
            var factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("a key store in memory takes a certificate", e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }
}
