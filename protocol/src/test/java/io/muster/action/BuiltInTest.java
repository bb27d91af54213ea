package io.muster.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.ActionName;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;

class BuiltInTest {
    private static final String KEY =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA0123456789abcdefghijklmnopqrstuvwxyzABCDEF";

    @Test
    void allAreFoundByTheirNamesAndSorted() {
        assertThat(BuiltIn.all()).isSortedAccordingTo((a, b) -> a.name().compareTo(b.name()));
        for (var spec : BuiltIn.all()) {
            assertThat(BuiltIn.find(spec.name())).contains(spec);
        }
        assertThat(BuiltIn.find(new ActionName("no.such"))).isEmpty();
    }

    @Test
    void whateverCannotBeUndoneIsDestructive() {
        assertThat(BuiltIn.all())
                .filteredOn(spec -> spec.actionClass() == ActionClass.DESTRUCTIVE)
                .containsExactly(BuiltIn.COMMAND_RUN, BuiltIn.NODE_REBOOT)
                .allMatch(spec -> !spec.idempotent());
    }

    @Test
    void rebootWaitsASecondUnlessTold() {
        assertThat(check(BuiltIn.NODE_REBOOT).span("delay")).isEqualTo(Duration.ofSeconds(1));
        assertRefused(BuiltIn.NODE_REBOOT, "delay=61m");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "web1", "web-1.example.org", "10", "xn--bcher-kva.example"})
    void hostNamesAreTaken(String name) {
        assertThat(check(BuiltIn.NODE_RENAME, "name=" + name).text("name")).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Web",
                "-a",
                "a-",
                "a..b",
                ".a",
                "a.",
                "a_b",
                "a b",
                "a/b",
                "-F",
                "bücher",
                "a\n",
                "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff1234",
                "aaaaaaaaaabbbbbbbbbbcccccccccc.ddddddddddeeeeeeeeeeffffffffff.1234"
            })
    void whatIsNoHostNameIsRefused(String name) {
        assertRefused(BuiltIn.NODE_RENAME, "name=" + name);
    }

    @Test
    void usersAreDescribedInFull() {
        var input =
                check(
                        BuiltIn.USER_ENSURE,
                        "name=deploy",
                        "uid=1500",
                        "group=www-data",
                        "groups=adm",
                        "groups=docker",
                        "shell=/bin/bash",
                        "home=/home/deploy",
                        "comment=Deploys, every night",
                        "keys=" + KEY + " alice@laptop, the old one");

        assertThat(input.optionalWhole("uid")).contains(1500L);
        assertThat(input.texts("groups")).containsExactly("adm", "docker");
        assertThat(input.texts("keys")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name=-D",
                "name=0day",
                "name=UPPER",
                "name=dot.name",
                "name=trail$",
                "name=a:b",
                "name=aaaaaaaaaabbbbbbbbbbccccccccccddd",
                "uid=0",
                "uid=999",
                "shell=bash",
                "shell=/bin/../sh",
                "home=/",
                "home=/home/a b",
                "home=relative",
                "comment=a:b",
                "comment=a\nb",
                "keys=ssh-dss AAAA",
                "keys=AAAA",
                "keys=command=\"/bin/sh\" " + KEY,
                "keys=" + KEY + "\n" + KEY
            })
    void whatWouldHarmThePasswordFileIsRefused(String word) {
        var others = word.startsWith("name=") ? List.of(word) : List.of("name=deploy", word);

        assertThatThrownBy(() -> BuiltIn.USER_ENSURE.fromWords(others))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void commandsAreArgumentVectors() {
        var input = check(BuiltIn.COMMAND_RUN, "argv=/bin/echo", "argv=a b", "argv=");

        assertThat(input.texts("argv")).containsExactly("/bin/echo", "a b", "");
        assertThat(input.span("timeout")).isEqualTo(Duration.ofMinutes(1));
        assertRefused(BuiltIn.COMMAND_RUN, "timeout=16m");
        assertRefused(BuiltIn.COMMAND_RUN);
    }

    private static Input check(ActionSpec spec, String... words) {
        return spec.check(spec.fromWords(List.of(words)));
    }

    private static void assertRefused(ActionSpec spec, String... words) {
        assertThatThrownBy(() -> spec.fromWords(List.of(words)))
                .isInstanceOf(InvalidInputException.class);
    }
}
