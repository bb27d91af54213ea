package io.muster.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Random;

class PasswordHashTest {
    /** From the specification of the method, and from {@code openssl passwd -6}. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Hello"
                    + " world!|saltstring|5000|false|$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWj"
                    + "l/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
                "Hello"
                    + " world!|saltstringsaltst|10000|true|$6$rounds=10000$saltstringsaltst$OW1/O6BYHV"
                    + "6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.",
                "Grüße, hello world"
                    + " 12345|abcDEF./01234567|5000|false|$6$abcDEF./01234567$dFamSDim3ZJuNsxqH8CO"
                    + "cW6EH8sN1ucVkz.ksh5sZBTY.kX0Opxg8xzemcmmfcDLxXP7TbguahYFFNWPFKjR3."
            })
    void isTheHashThatEverybodyComputes(
            String password, String salt, int rounds, boolean told, String hash) {
        assertThat(PasswordHash.of(password, salt, rounds, told)).isEqualTo(hash);
        assertThat(PasswordHash.fits(password, hash)).isTrue();
        assertThat(PasswordHash.fits(password + " ", hash)).isFalse();
    }

    @Test
    void aFreshHashFitsItsPasswordAlone() {
        var random = new Random(1);
        var hash = PasswordHash.of("correct horse", random);
        assertThat(hash).startsWith("$6$rounds=").doesNotContain(":");
        assertThat(PasswordHash.fits("correct horse", hash)).isTrue();
        assertThat(PasswordHash.fits("correct house", hash)).isFalse();
        assertThat(PasswordHash.of("correct horse", random)).isNotEqualTo(hash);
    }

    @Test
    void whatCannotBeComparedFitsNothing() {
        for (var stored :
                new String[] {
                    "",
                    "!",
                    "*",
                    "$y$j9T$abc$def",
                    "$6$salt$short",
                    "!$6$salt$" + "a".repeat(86),
                    "$6$rounds=999999999$salt$" + "a".repeat(86)
                }) {
            assertThat(PasswordHash.fits("secret", stored)).as(stored).isFalse();
        }
    }
}
