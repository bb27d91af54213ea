package io.muster.hub;

import io.muster.hub.enrolment.Authority;
import io.muster.hub.enrolment.Door;
import io.muster.hub.enrolment.Enrolment;
import io.muster.hub.enrolment.EnrolmentService;
import io.muster.hub.enrolment.Issued;
import io.muster.message.Endpoint;
import io.muster.security.Credentials;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/** Opens the port where machines ask to join. */
final class FrontDoor {
    private static final Logger LOG = System.getLogger(FrontDoor.class.getName());

    private FrontDoor() {}

    /**
     * Listens.
     *
     * @param brokerPort of the hub's own broker, if it has one
     * @param joined told of whoever gets a certificate
     * @throws HubException if the port cannot be had
     */
    static EnrolmentService open(
            HubConfig config,
            Authority authority,
            Credentials credentials,
            Door door,
            Optional<Integer> brokerPort,
            Consumer<Issued> joined,
            InstantSource clock) {
        var bus = bus(config, authority, brokerPort);
        var welcome = new Enrolment.Welcome(config.collectives(), bus);
        var enrolment = new Enrolment(authority, door, welcome, joined, clock);
        try {
            var address = config.enrol().socketAddress();
            var service = EnrolmentService.start(address, credentials, enrolment, clock);
            warnOfOtherPort(config, authority, service.port());
            return service;
        } catch (IOException e) {
            throw new HubException(
                    "cannot listen for join requests on " + config.enrol() + ": " + e.getMessage(),
                    e);
        }
    }

    /** Where nodes find the bus: under the name of the founding, and the port of today. */
    private static Endpoint bus(
            HubConfig config, Authority authority, Optional<Integer> brokerPort) {
        var founded = authority.config().broker();
        return config.broker()
                .map(external -> new Endpoint(external.host(), external.port()))
                .orElseGet(() -> new Endpoint(founded.host(), brokerPort.orElse(founded.port())));
    }

    private static void warnOfOtherPort(HubConfig config, Authority authority, int port) {
        var told = authority.config().hub().port();
        if (config.enrol().port() != 0 && told != port) {
            LOG.log(
                    Level.WARNING,
                    () ->
                            "join tokens name the port "
                                    + told
                                    + ", but join requests are taken on "
                                    + port
                                    + ": make them with muster ca token --hub HOST:"
                                    + port);
        }
    }
}
