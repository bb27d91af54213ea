package io.muster.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.controller.ExitCode;

import org.apache.activemq.command.BrokerInfo;
import org.apache.activemq.command.Command;
import org.apache.activemq.command.ConnectionControl;
import org.apache.activemq.command.ConnectionError;
import org.apache.activemq.command.ConsumerControl;
import org.apache.activemq.command.ControlCommand;
import org.apache.activemq.command.ExceptionResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A broker that gives its clients orders: to go elsewhere, to stop, to be slow. Nobody obeys. */
class HostileCommandsTest {
    @TempDir private Path directory;
    private Stage stage;
    private Victim mail;

    @BeforeEach
    void start() throws Exception {
        stage = new Stage(directory);
        mail = stage.node("mail");
    }

    @AfterEach
    void stop() throws Exception {
        stage.close();
    }

    @Test
    void nobodyGoesWhereTheBrokerSends() throws Exception {
        try (var trap = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            var elsewhere = "127.0.0.1:" + trap.getLocalPort();
            for (var uri :
                    List.of(
                            "tcp://" + elsewhere,
                            "ssl://" + elsewhere,
                            "failover:(tcp://" + elsewhere + ")?randomize=false",
                            "discovery:(static:(tcp://" + elsewhere + "))")) {
                var control = new ConnectionControl();
                control.setReconnectTo(uri);
                control.setConnectedBrokers(uri);
                control.setRebalanceConnection(true);
                control.setFaultTolerant(true);
                stage.broker().commandAll(control);
                var info = new BrokerInfo();
                info.setBrokerName("other");
                info.setBrokerURL(uri);
                stage.broker().commandAll(info);
            }
            obedient();

            trap.setSoTimeout((int) Stage.SILENCE.toMillis());
            assertThat(caught(trap)).isFalse();
        }
    }

    private static boolean caught(ServerSocket trap) throws IOException {
        try (Socket _ = trap.accept()) {
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    /** Still there, on the same connections, and carries out what is asked. */
    private void obedient() {
        assertThat(ExitCode.of(stage.mark(Stage.PATIENCE, mail))).isEqualTo(ExitCode.DONE);
        assertThat(stage.broker().clients()).isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("orders")
    void noOrderIsObeyed(Command order) {
        stage.broker().commandAll(order);
        obedient();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReaderIsNeitherStarvedNorClosedByTheBroker(boolean close) {
        await().atMost(Stage.PATIENCE).until(() -> !stage.broker().readers().isEmpty());
        assertThat(ExitCode.of(stage.mark(Stage.PATIENCE, mail))).isEqualTo(ExitCode.DONE);
        var readers = stage.broker().readers();
        for (var reader : readers) {
            var order = new ConsumerControl();
            order.setConsumerId(reader);
            order.setPrefetch(0);
            order.setClose(close);
            stage.broker().commandAll(order);
        }
        obedient();
        assertThat(stage.broker().readers()).containsAll(readers);
    }

    static Stream<Command> orders() {
        var shutdown = new ControlCommand();
        shutdown.setCommand("shutdown");
        var close = new ConnectionControl();
        close.setClose(true);
        close.setExit(true);
        var suspend = new ConnectionControl();
        suspend.setSuspend(true);
        var error = new ConnectionError();
        error.setException(new IllegalStateException("[2J go away"));
        var answer = new ExceptionResponse(new IllegalStateException("to nothing"));
        answer.setCorrelationId(4_711);
        return Stream.of(shutdown, close, suspend, error, answer);
    }

    @Test
    void aClientThatIsCutOffComesBackToTheBrokerItWasGiven() {
        stage.broker().cutAll();

        await().atMost(Stage.PATIENCE).until(() -> stage.broker().clients() == 2);
        await().atMost(Stage.PATIENCE)
                .until(() -> ExitCode.of(stage.mark(Stage.SILENCE, mail)) == ExitCode.DONE);
    }
}
