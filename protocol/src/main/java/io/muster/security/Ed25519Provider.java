package io.muster.security;

import java.security.Provider;
import java.security.Security;
import java.util.List;
import java.util.Map;

/**
 * Lets the JDK's TLS and certificate code sign and verify Ed25519 (RFC 8032, RFC 8446) by Bouncy
 * Castle's lightweight code, which needs a fifth of the time of the JDK's own or less: eight such
 * operations make up most of a handshake with certificates on both sides.
 */
final class Ed25519Provider extends Provider {
    private static final long serialVersionUID = 1;
    private static final String NAME = "MusterEd25519";
    private static final String JDK = "SunEC";

    private Ed25519Provider() {
        super(NAME, "1", "Ed25519 signatures by Bouncy Castle");
        var keys = Map.of("SupportedKeyFormats", "PKCS#8|X.509");
        var type = Ed25519Signature.class.getName();
        putService(
                new Service(this, "Signature", "Ed25519", type, List.of("1.3.101.112"), keys) {
                    @Override
                    public Object newInstance(Object parameter) {
                        return new Ed25519Signature();
                    }
                });
    }

    /** Makes it the first choice for Ed25519 in this process; harmless to repeat. */
    static void prefer() {
        if (Security.getProvider(NAME) == null) {
            var place = List.of(Security.getProviders()).indexOf(Security.getProvider(JDK));
            Security.insertProviderAt(new Ed25519Provider(), Math.max(place, 0) + 1);
        }
    }
}
