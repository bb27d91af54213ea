package io.muster.security;

import org.jspecify.annotations.Nullable;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Shows the one key there is, whoever asks. A key store would first encrypt it with thousands of
 * hash rounds, at every start of a command.
 */
final class OnlyKey extends X509ExtendedKeyManager {
    private static final String ALIAS = "muster";

    private final PrivateKey key;
    private final Supplier<X509Certificate[]> chain;

    /**
     * Shows that key.
     *
     * @param chain asked at each handshake: certificates are renewed while they are in use
     */
    OnlyKey(PrivateKey key, Supplier<X509Certificate[]> chain) {
        this.key = key;
        this.chain = chain;
    }

    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[] {ALIAS};
    }

    @Override
    public String chooseClientAlias(
            String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return ALIAS;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[] {ALIAS};
    }

    @Override
    public String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return ALIAS;
    }

    @Override
    public String chooseEngineClientAlias(
            String[] keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return ALIAS;
    }

    @Override
    public String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return ALIAS;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return chain.get();
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return key;
    }
}
