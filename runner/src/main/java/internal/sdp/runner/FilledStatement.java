package internal.sdp.runner;

import internal.sdp.runner.StatementSplitter.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A statement with its parameters replaced, as Flink gets it, and the way back to what its author wrote. */
record FilledStatement(Statement statement, String text, List<Piece> pieces) {

    private static final Pattern INSERT_TARGET =
            Pattern.compile(
                    "(?i)^INSERT\\s+(?:INTO|OVERWRITE)\\s+(?:TABLE\\s+)?(?:(?:`[^`]+`|[\\w$]+)\\s*\\.\\s*)*(`[^`]+`|[\\w$]+)");

    /** From {@code at} in the filled text on stands what is, or for a value replaces, the original from {@code from} on. */
    record Piece(int at, int from, boolean copied) {}

    /** One whose parameters were filled in elsewhere: places are in the text itself. */
    static FilledStatement plain(String text) {
        return new FilledStatement(
                new Statement(Source.script("", text), text, 0, false), text, List.of(new Piece(0, 0, true)));
    }

    /** The same with words of ours in it, which stand where the text after them does. */
    FilledStatement insert(int at, String inserted) {
        List<Piece> around = new ArrayList<>();
        Piece within = new Piece(0, 0, true);
        for (Piece piece : pieces) {
            if (piece.at() < at) {
                around.add(piece);
                within = piece;
            }
        }
        int from = within.from() + (within.copied() ? at - within.at() : 0);
        around.add(new Piece(at, from, false));
        around.add(new Piece(at + inserted.length(), from, within.copied()));
        for (Piece piece : pieces) {
            if (piece.at() >= at) {
                around.add(new Piece(piece.at() + inserted.length(), piece.from(), piece.copied()));
            }
        }
        return new FilledStatement(statement, text.substring(0, at) + inserted + text.substring(at), List.copyOf(around));
    }

    /** Where in the author's file something in the filled text stands; inside a value, its {@code ${}. */
    String position(int offset) {
        int original = offset;
        for (Piece piece : pieces) {
            if (piece.at() <= offset) {
                original = piece.from() + (piece.copied() ? offset - piece.at() : 0);
            }
        }
        return statement.source().position(statement.offset() + original);
    }

    /** The position of a line and column of the filled text, both from 1. */
    String position(int line, int column) {
        return position(Source.offsetOf(text, line, column));
    }

    /** Without the text, which may hold secrets. */
    @Override
    public String toString() {
        return position(0);
    }

    /** Whether this INSERT's table has the given last name. */
    boolean writesTo(String name) {
        Matcher target = INSERT_TARGET.matcher(text);
        if (!target.find()) {
            return false;
        }
        String last = target.group(1);
        return name.equals(last.startsWith("`") ? last.substring(1, last.length() - 1).replace("``", "`") : last);
    }
}
