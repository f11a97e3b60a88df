package internal.sdp.runner;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits SQL into tokens by the lexical rules of Flink's parser. The same as src/sql/tokens.ts, and held to it by
 * src/sql/testdata/splits.golden.json.
 */
final class Tokens {
    enum Kind {
        WORD,
        NUMBER,
        LITERAL,
        IDENTIFIER,
        PARAMETER,
        SYMBOL
    }

    record Token(Kind kind, int start, int end, String text) {
        boolean is(String wordOrSymbol) {
            return (kind == Kind.WORD || kind == Kind.SYMBOL) && text.equalsIgnoreCase(wordOrSymbol);
        }
    }

    /** Something that was opened and never closed, or a double quote, which opens nothing in Flink. */
    static final class UnclosedException extends Exception {
        private static final long serialVersionUID = 1L;

        final String what;
        final int start;

        UnclosedException(String what, int start) {
            super(what + " is never closed", null, false, false);
            this.what = what;
            this.start = start;
        }
    }

    private static final Pattern BARE_PARAMETER = Pattern.compile("\\$\\{[^{}'\"`\\r\\n]*}");
    private static final Pattern NUMBER = Pattern.compile("\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?");

    private final String text;
    private final List<Token> tokens = new ArrayList<>();

    private Tokens(String text) {
        this.text = text;
    }

    static List<Token> read(String text) throws UnclosedException {
        Tokens reader = new Tokens(text);
        int at = 0;
        while (at < text.length()) {
            at = reader.readOne(at);
        }
        return reader.tokens;
    }

    /** Those of a statement that was split from a script: nothing in it can be unclosed. */
    static List<Token> ofStatement(String text) {
        try {
            return read(text);
        } catch (UnclosedException impossible) {
            throw new IllegalStateException("a statement that was split before has something unclosed", impossible);
        }
    }

    private int readOne(int at) throws UnclosedException {
        char c = text.charAt(at);
        if (" \t\n\r\f\uFEFF".indexOf(c) >= 0) {
            return at + 1;
        }
        if (text.startsWith("--", at) || text.startsWith("//", at)) {
            return endOfLine(at);
        }
        if (text.startsWith("/*", at) && !text.startsWith("/*+", at)) {
            // Flink takes the star after "/**" as text, unless it is "/**/".
            boolean formal = text.startsWith("/**", at) && !text.startsWith("/**/", at);
            int end = text.indexOf("*/", at + (formal ? 4 : 2));
            return closed("comment", at, end < 0 ? -1 : end + 2);
        }
        if (c == '\'') {
            return add(Kind.LITERAL, at, closed("literal", at, endOfQuoted(at, '\'')));
        }
        if (c == '`') {
            return add(Kind.IDENTIFIER, at, closed("identifier", at, endOfQuoted(at, '`')));
        }
        if (c == '"') {
            throw new UnclosedException("double quote", at);
        }
        if ((c == 'e' || c == 'E') && text.startsWith("'", at + 1)) {
            return add(Kind.LITERAL, at, closed("literal", at, endOfEscaped(at + 1)));
        }
        if (text.startsWith("${", at)) {
            return add(Kind.PARAMETER, at, closed("parameter", at, endOfMatch(BARE_PARAMETER, at)));
        }
        if (c >= '0' && c <= '9') {
            return add(Kind.NUMBER, at, endOfMatch(NUMBER, at));
        }
        int first = text.codePointAt(at);
        if (isLetter(first)) {
            return add(Kind.WORD, at, endOfWord(at));
        }
        int length = text.startsWith("/*+", at) ? 3 : text.startsWith("*/", at) ? 2 : Character.charCount(first);
        return add(Kind.SYMBOL, at, at + length);
    }

    private int add(Kind kind, int start, int end) {
        tokens.add(new Token(kind, start, end, text.substring(start, end)));
        return end;
    }

    private static int closed(String what, int start, int end) throws UnclosedException {
        if (end < 0) {
            throw new UnclosedException(what, start);
        }
        return end;
    }

    private int endOfLine(int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
            at++;
        }
        return at;
    }

    private int endOfQuoted(int start, char quote) {
        int at = start + 1;
        while (true) {
            at = text.indexOf(quote, at);
            if (at < 0 || at + 1 == text.length() || text.charAt(at + 1) != quote) {
                return at < 0 ? -1 : at + 1;
            }
            at += 2;
        }
    }

    private int endOfEscaped(int quoteAt) {
        int at = quoteAt + 1;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\\' || text.startsWith("''", at)) {
                at += 2;
            } else if (c == '\'') {
                return at + 1;
            } else {
                at++;
            }
        }
        return -1;
    }

    private int endOfMatch(Pattern pattern, int at) {
        Matcher matcher = pattern.matcher(text).region(at, text.length());
        return matcher.lookingAt() ? matcher.end() : -1;
    }

    private int endOfWord(int start) {
        int at = start;
        while (at < text.length() && !text.startsWith("${", at)) {
            int c = text.codePointAt(at);
            if (!isLetter(c) && Character.getType(c) != Character.DECIMAL_DIGIT_NUMBER) {
                break;
            }
            at += Character.charCount(c);
        }
        return at;
    }

    private static boolean isLetter(int c) {
        return c == '_' || c == '$' || Character.isLetter(c);
    }
}
