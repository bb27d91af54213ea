package io.muster.controller.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.MalformedException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class PlanFileTest {
    private static final String SITE =
            """
            plan: mail site
            roles:
              mail:
                names: [mail01.example, mail02.example]
              web:   # the shop
                names: web[08-10].example
            """;

    @Test
    void aSiteHasTheNamesOfItsRolesInOrder() {
        var site = PlanFile.read("site.yaml", SITE);
        assertThat(site.names(List.of()))
                .containsExactly(
                        "mail01.example",
                        "mail02.example",
                        "web08.example",
                        "web09.example",
                        "web10.example");
        assertThat(site.names(List.of("mail"))).containsExactly("mail01.example", "mail02.example");
        assertThat(site.names(List.of("web", "mail"))).hasSize(5);
    }

    @Test
    void theExampleInTheDocumentationIsAPlan() throws IOException {
        var page = Files.readString(Path.of("../docs/output.md"));
        var example = page.split("```yaml plan\n", 2)[1].split("```", 2)[0];
        assertThat(PlanFile.read("docs/output.md", example).names(List.of("web"))).hasSize(12);
    }

    @Test
    void aRoleThatTheSiteDoesNotHaveIsSaid() {
        var site = PlanFile.read("site.yaml", SITE);
        assertThatThrownBy(() -> site.names(List.of("mial")))
                .hasMessage("no role 'mial'; there are mail, web; did you mean mail?");
    }

    @Test
    void allThatIsWrongIsToldAtOnceWithItsPlace() {
        var text =
                """
                plan: mail site
                rolls: {}
                roles:
                  mail:
                    names: [mail01, "mail 02"]
                    nmaes: x
                  Web:
                    names: mail01
                  db: []
                  db: {}
                """;
        assertThatThrownBy(() -> PlanFile.read("site.yaml", text))
                .hasMessage(
                        """
                        site.yaml:2:1: a plan has no 'rolls'; did you mean roles?
                        site.yaml:10:3: 'db' comes a second time
                        site.yaml:6:5: role mail has no 'nmaes'; did you mean names?
                        site.yaml:5:21: not a host name: 'mail 02'
                        site.yaml:8:5: a role is called by small letters, digits and dashes: 'Web'
                        site.yaml:8:12: mail01 comes a second time; it is in role mail
                        site.yaml:9:7: role db is a mapping, `key: value`\
                        """);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                 | f: is empty; a plan has plan and roles",
                "plan: x                            | f:1:1: no roles: which names the site has",
                "roles: {a: {names: b}}             | f:1:1: no plan: what the plan is called",
                "'plan: x\nroles: {}'               | f:2:8: roles has none",
                "'plan: x\nroles: {a: {}}'          | f:2:12: role a has no names",
                "'plan: x\nroles: {a: {names: []}}' | f:2:20: names has none",
                "'plan: x\n"
                    + "roles: {a: {names: {}}}' | f:2:20: names is a host name or a list of them",
                "'plan: [\n'                        | f:2:1: not YAML:",
                "'plan: x\n---\nplan: y'            | f:2:1: not YAML:",
                "'plan: x\nroles: {a: {names: \"w[9-1]\"}}' | f:2:20: 'w[9-1]': 9-1 runs backwards"
            })
    void whatIsNoPlanIsRefused(String text, String problem) {
        assertThatThrownBy(() -> PlanFile.read("f", text)).hasMessageStartingWith(problem);
    }

    @Test
    void noTagMakesAnObjectAndNoKeyIsMergedIn() {
        var tagged = "plan: !!java.net.URL [\"http://127.0.0.1:1/\"]\nroles: {a: {names: b}}";
        assertThatThrownBy(() -> PlanFile.read("f", tagged))
                .hasMessageStartingWith("f:1:7: not YAML: Global tag is not allowed");
        var merged =
                """
                plan: x
                roles:
                  a: &a {names: a1}
                  b: {<<: *a}
                """;
        assertThatThrownBy(() -> PlanFile.read("f", merged))
                .hasMessageContaining("f:4:7: role b has no '<<'");
    }

    @Property(tries = 300)
    void whateverIsReadIsAPlanOrMalformed(@ForAll @StringLength(max = 60) String text) {
        for (var tried : List.of(text, "plan: x\nroles:\n  a:\n    names: " + text)) {
            try {
                assertThat(PlanFile.read("f", tried).roles()).isNotEmpty();
            } catch (MalformedException e) {
                assertThat(e.problem().lines()).allMatch(line -> line.startsWith("f:"));
                assertThat(e.problem().replace('\n', ' ').chars())
                        .noneMatch(Character::isISOControl);
            }
        }
    }
}
