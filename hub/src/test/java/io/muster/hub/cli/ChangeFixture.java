package io.muster.hub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.enrolment.Applicant;
import io.muster.enrolment.JoinAnswer;
import io.muster.enrolment.JoinAnswer.Granted;
import io.muster.enrolment.JoinRequest;
import io.muster.hub.enrolment.Confirmations;
import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.security.Ed25519Key;
import io.muster.security.TrustStore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A fleet of two nodes and an operator whose authority is changed; its hub is played. */
final class ChangeFixture {
    final Path folder;
    final Shell shell;
    final Ed25519Key web01;
    final Ed25519Key web02;

    /** In that folder. */
    ChangeFixture(Path folder) {
        this.folder = folder;
        shell = new Shell(folder);
        web01 = Ed25519Key.generate(shell.random);
        web02 = Ed25519Key.generate(shell.random);
        assertThat(shell.init()).isZero();
        for (var id : List.of("web01", "web02")) {
            ask(id.equals("web01") ? web01 : web02, id);
            done("sign", id, "--yes");
        }
    }

    void done(String... words) {
        assertThat(shell.ca(words)).as(shell.err()).isZero();
    }

    void refused(String... words) {
        assertThat(shell.ca(words)).as(shell.out()).isEqualTo(1);
    }

    JoinAnswer ask(Ed25519Key key, String id) {
        var applicant = new Applicant(Optional.of(new NodeId(id)), id, "machine-" + id);
        return shell.enrolment().answer(JoinRequest.of(key, applicant), "10.0.0.7");
    }

    Bytes certificate(Ed25519Key key, String id) {
        return ((Granted) ask(key, id)).certificate();
    }

    /** What the hub notes when it hears that node announce. */
    void announces(Ed25519Key key, String id, long set) {
        announces(id, set, certificate(key, id));
    }

    void announces(String id, long set, Bytes shown) {
        var heard = Confirmations.load(shell.authority().files(), shell.authority().trust());
        heard.heard(Identity.node("prod", new NodeId(id)), set, shown);
        heard.save();
    }

    Path operator() {
        return folder.resolve("home/.config/muster");
    }

    void renewOperator() {
        done("operator", "alice", "--out", operator().toString());
    }

    TrustStore trust() {
        return TrustStore.load(shell.ca().resolve("trust.pem"));
    }

    String file(String name) throws IOException {
        return Files.readString(shell.ca().resolve(name));
    }

    void everybodyTrusts() {
        announces(web01, "web01", 1);
        announces(web02, "web02", 1);
        renewOperator();
    }

    void everybodyGoesOver() {
        announces(web01, "web01", 2);
        announces(web02, "web02", 2);
        renewOperator();
    }
}
