package io.muster.broker;

import java.math.BigInteger;
import java.security.Principal;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.Set;

/** Looks like another certificate to who shows it, and goes over the wire as bytes of its own. */
final class BentCertificate extends X509Certificate {
    private static final long serialVersionUID = 1;

    private final X509Certificate straight;
    private final byte[] sent;

    BentCertificate(X509Certificate straight, byte[] sent) {
        this.straight = straight;
        this.sent = sent.clone();
    }

    @Override
    public byte[] getEncoded() throws CertificateEncodingException {
        return sent.clone();
    }

    @Override
    public PublicKey getPublicKey() {
        return straight.getPublicKey();
    }

    @Override
    public void checkValidity()
            throws CertificateExpiredException, CertificateNotYetValidException {
        straight.checkValidity();
    }

    @Override
    public void checkValidity(Date date)
            throws CertificateExpiredException, CertificateNotYetValidException {
        straight.checkValidity(date);
    }

    @Override
    public int getVersion() {
        return straight.getVersion();
    }

    @Override
    public BigInteger getSerialNumber() {
        return straight.getSerialNumber();
    }

    @Override
    @Deprecated
    public Principal getIssuerDN() {
        return straight.getIssuerX500Principal();
    }

    @Override
    @Deprecated
    public Principal getSubjectDN() {
        return straight.getSubjectX500Principal();
    }

    @Override
    public Date getNotBefore() {
        return straight.getNotBefore();
    }

    @Override
    public Date getNotAfter() {
        return straight.getNotAfter();
    }

    @Override
    public byte[] getTBSCertificate() throws CertificateEncodingException {
        return straight.getTBSCertificate();
    }

    @Override
    public byte[] getSignature() {
        return straight.getSignature();
    }

    @Override
    public String getSigAlgName() {
        return straight.getSigAlgName();
    }

    @Override
    public String getSigAlgOID() {
        return straight.getSigAlgOID();
    }

    @Override
    public byte[] getSigAlgParams() {
        return straight.getSigAlgParams();
    }

    @Override
    public boolean[] getIssuerUniqueID() {
        return straight.getIssuerUniqueID();
    }

    @Override
    public boolean[] getSubjectUniqueID() {
        return straight.getSubjectUniqueID();
    }

    @Override
    public boolean[] getKeyUsage() {
        return straight.getKeyUsage();
    }

    @Override
    public int getBasicConstraints() {
        return straight.getBasicConstraints();
    }

    @Override
    public void verify(PublicKey key) {
        throw new UnsupportedOperationException("nobody asks that of one's own");
    }

    @Override
    public void verify(PublicKey key, String provider) {
        throw new UnsupportedOperationException("nobody asks that of one's own");
    }

    @Override
    public String toString() {
        return "bent " + straight;
    }

    @Override
    public boolean hasUnsupportedCriticalExtension() {
        return straight.hasUnsupportedCriticalExtension();
    }

    @Override
    public Set<String> getCriticalExtensionOIDs() {
        return straight.getCriticalExtensionOIDs();
    }

    @Override
    public Set<String> getNonCriticalExtensionOIDs() {
        return straight.getNonCriticalExtensionOIDs();
    }

    @Override
    public byte[] getExtensionValue(String oid) {
        return straight.getExtensionValue(oid);
    }
}
