package internal.sdp.runner;

import internal.sdp.runner.StatementSplitter.Statement;
import java.util.List;

/** A statement with its parameters replaced, as Flink gets it, and the way back to what its author wrote. */
record FilledStatement(Statement statement, String text, List<Piece> pieces) {

    /** From {@code at} in the filled text on stands what is, or for a value replaces, the original from {@code from} on. */
    record Piece(int at, int from, boolean copied) {}

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
}
