package io.muster.filter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a fact term is split, and what belongs to its sides. */
class OperatorTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            textBlock =
                    """
                    a=b          § fact a is the text 'b'
                    a==b         § fact a is the text 'b'
                    a=b=c        § fact a is the text 'b=c'
                    a==b=c       § fact a is the text 'b=c'
                    a!=b=c       § fact a exists and is not the text 'b=c'
                    a=b!=c       § fact a is the text 'b!=c'
                    a<b=c        § fact a is less than the text 'b=c'
                    a!=b         § fact a exists and is not the text 'b'
                    a<3          § fact a is less than 3
                    a<=3         § fact a is at most 3
                    a=<3         § fact a is at most 3
                    a>3          § fact a is greater than 3
                    a>=3         § fact a is at least 3
                    a=>3         § fact a is at least 3
                    a=~b         § fact a is like /b/
                    a=~=b        § fact a is like /=b/
                    a=/b/        § fact a is like /b/
                    a!=/b/       § fact a exists and is not like /b/
                    a=-1         § fact a is -1
                    a=+1.50      § fact a is +1.50
                    a='=b'       § fact a is the text '=b'
                    a='<b>'      § fact a is the text '<b>'
                    a=b>         § fact a is the text 'b>'
                    a=!b         § fact a is the text '!b'
                    a=it's       § fact a is the text 'it's'
                    a=b"c        § fact a is the text 'b"c'
                    a=a|b        § fact a is the text 'a|b'
                    a=b.c        § fact a is the text 'b.c'
                    'a=b'=c      § fact a=b is the text 'c'
                    "a b" = c    § fact a b is the text 'c'
                    """)
    void theLeftmostOperatorSplits(String filter, String words) {
        assertThat(Filters.facts(filter).describe())
                .isEqualTo("a node matches if all of this is so:\n  " + words);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = false,
            textBlock =
                    """
                    a = b§'b'
                     a =b §'b'
                    \ta\t=\tb\t§'b'
                    a = b c §'b c'
                    a=' b '§' b '
                    a = " b " §' b '
                    a="O'Brien"§'O'Brien'
                    a='say "hi"'§'say "hi"'
                    a='it\\'s'§'it's'
                    a="a \\"b\\" c"§'a "b" c'
                    a='C:\\dir'§'C:\\dir'
                    a='C:\\\\dir'§'C:\\\\dir'
                    a=''§''
                    """)
    void blanksAroundAreTrimmedAndQuotesKeepThem(String filter, String value) {
        assertThat(Filters.facts(filter).describe())
                .isEqualTo("a node matches if all of this is so:\n  fact a is the text " + value);
    }
}
