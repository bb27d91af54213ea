package io.muster.hub.enrolment;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.enrolment.JoinAnswer;
import io.muster.enrolment.JoinAnswer.Granted;
import io.muster.enrolment.JoinAnswer.Refusal;
import io.muster.enrolment.JoinAnswer.Refused;
import io.muster.enrolment.JoinRequest;
import io.muster.enrolment.JoinToken;
import io.muster.security.Certificates;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** An authority that machines ask to be let in. */
abstract class Enrolling {
    @TempDir Path temporary;
    TestAuthority fleet;

    @BeforeEach
    void found() {
        fleet = TestAuthority.found(temporary.resolve("ca"));
    }

    static String identity(JoinAnswer answer) {
        assertThat(answer).isInstanceOf(Granted.class);
        return Certificates.identity(Certificates.parse(((Granted) answer).certificate())).brief();
    }

    static Refusal refusal(JoinAnswer answer) {
        assertThat(answer).isInstanceOf(Refused.class);
        return ((Refused) answer).refusal();
    }

    JoinRequest request(String id, JoinToken token) {
        return JoinRequest.of(fleet.key(), TestAuthority.applicant(id), token, fleet.random);
    }

    JoinRequest waiting(String id) {
        return JoinRequest.of(fleet.key(), TestAuthority.applicant(id));
    }
}
