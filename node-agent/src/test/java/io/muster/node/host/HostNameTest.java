package io.muster.node.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostNameTest {

    @Test
    void qualifiedNameFallsIntoLabelAndDomain() {
        var name = new HostName("mail01.ec2.example.com");

        assertThat(name.label()).isEqualTo("mail01");
        assertThat(name.domain()).contains("ec2.example.com");
        assertThat(new HostName("mail01").domain()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-a",
                "a-",
                "a..b",
                ".a",
                "a.",
                "A",
                "a_b",
                "a b",
                "a\n",
                "-F",
                "10.1.2.3",
                "42",
                "mail.0",
                "localhost",
                "localhost.localdomain",
                "0123456789012345678901234567890123456789012345678901234567890123"
            })
    void whatIsNoHostNameIsRefused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> new HostName(name));
    }
}
