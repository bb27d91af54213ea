package io.muster.transport.jms;

import io.muster.message.Escape;

import jakarta.jms.InvalidClientIDException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;

import org.apache.activemq.transport.InactivityIOException;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLException;

/** Says in words what went wrong with a connection. */
final class Problem {
    private static final String ALERT = "Received fatal alert: ";

    private Problem() {}

    /** Why an attempt to connect failed. */
    static String connecting(BrokerAddress broker, Throwable failure) {
        var causes = causes(failure);
        return network(broker, causes)
                .or(() -> certificate(broker, causes))
                .or(() -> refusal(broker, causes))
                .orElseGet(() -> broker + ": " + text(causes.getLast()));
    }

    /** Why a connection that worked ended. */
    static String lost(Throwable failure) {
        var causes = causes(failure);
        if (find(causes, EOFException.class).isPresent()) {
            return "the broker closed the connection";
        }
        if (find(causes, InactivityIOException.class).isPresent()) {
            return "nothing was heard from the broker for too long";
        }
        return text(causes.getLast());
    }

    private static Optional<String> network(BrokerAddress broker, List<Throwable> causes) {
        for (var cause : causes) {
            switch (cause) {
                case ConnectException _ -> {
                    return Optional.of("connection refused by " + broker);
                }
                case UnknownHostException _ -> {
                    return Optional.of("unknown host " + broker.host());
                }
                case NoRouteToHostException _ -> {
                    return Optional.of("no route to " + broker);
                }
                case SocketTimeoutException _ -> {
                    return Optional.of("no answer from " + broker);
                }
                default -> {}
            }
        }
        return Optional.empty();
    }

    private static Optional<String> certificate(BrokerAddress broker, List<Throwable> causes) {
        var tls = find(causes, SSLException.class);
        if (tls.isEmpty()) {
            return Optional.empty();
        }
        var whose = "the certificate of " + broker;
        return find(causes, CertificateExpiredException.class)
                .map(e -> whose + " has expired: " + text(e))
                .or(
                        () ->
                                find(causes, CertificateNotYetValidException.class)
                                        .map(e -> whose + " is not valid yet: " + text(e)))
                .or(
                        () ->
                                find(causes, CertPathValidatorException.class)
                                        .or(() -> find(causes, CertificateException.class))
                                        .map(e -> whose + " is not trusted: " + text(e)))
                .or(() -> tls(broker, tls.get()));
    }

    private static Optional<String> tls(BrokerAddress broker, Throwable failure) {
        var text = text(failure);
        var alert = text.indexOf(ALERT);
        if (alert >= 0) {
            var name = text.substring(alert + ALERT.length());
            return Optional.of(broker + " refuses our certificate: " + name.replace('_', ' '));
        }
        if (text.contains("Unsupported or unrecognized SSL message")) {
            return Optional.of(broker + " does not speak TLS");
        }
        return Optional.of("no TLS connection to " + broker + ": " + text);
    }

    private static Optional<String> refusal(BrokerAddress broker, List<Throwable> causes) {
        if (find(causes, EOFException.class).isPresent()) {
            return Optional.of(
                    broker + " closed the connection at once; it may not accept our certificate");
        }
        return find(causes, SecurityException.class)
                .or(() -> find(causes, JMSSecurityException.class))
                .or(() -> find(causes, InvalidClientIDException.class))
                .or(() -> find(causes, JMSException.class))
                .map(e -> broker + " refuses us: " + text(e));
    }

    private static List<Throwable> causes(Throwable failure) {
        var causes = new ArrayList<Throwable>();
        var next = Optional.of(failure);
        while (next.isPresent() && causes.size() < 16) {
            causes.add(next.get());
            next = Optional.ofNullable(next.get().getCause());
        }
        return causes;
    }

    private static Optional<Throwable> find(
            List<Throwable> causes, Class<? extends Throwable> kind) {
        return causes.stream().filter(kind::isInstance).findFirst();
    }

    /** The broker may have written this text. */
    private static String text(Throwable failure) {
        var message = failure.getMessage();
        return Escape.line(message == null ? failure.getClass().getSimpleName() : message);
    }
}
