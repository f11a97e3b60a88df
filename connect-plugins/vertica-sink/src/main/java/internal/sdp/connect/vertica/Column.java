package internal.sdp.connect.vertica;

import java.sql.Types;
import java.util.Locale;

/**
 * A column as the database's metadata tells it.
 *
 * @param size characters, bytes or digits; 0 where there is no limit
 * @param scale digits after the point, of seconds for times; -1 where unknown
 * @param writable false for generated columns
 */
record Column(
        int index,
        String name,
        Kind kind,
        int jdbcType,
        String typeName,
        int size,
        int scale,
        boolean nullable,
        boolean writable) {

    /** How a column takes values. */
    enum Kind {
        BOOLEAN,
        INTEGER,
        REAL,
        DOUBLE,
        DECIMAL,
        TEXT,
        DATE,
        TIME,
        TIME_TZ,
        TIMESTAMP,
        TIMESTAMP_TZ,
        BINARY,
        OTHER,
        UNSUPPORTED
    }

    static Kind kindOf(int jdbcType, String typeName) {
        String type = typeName.toLowerCase(Locale.ROOT);
        return switch (jdbcType) {
            case Types.BOOLEAN -> Kind.BOOLEAN;
            case Types.BIT -> type.startsWith("bool") ? Kind.BOOLEAN : Kind.OTHER;
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT -> Kind.INTEGER;
            case Types.REAL -> Kind.REAL;
            case Types.FLOAT, Types.DOUBLE -> type.equals("money") ? Kind.OTHER : Kind.DOUBLE;
            case Types.NUMERIC, Types.DECIMAL -> Kind.DECIMAL;
            case Types.CHAR,
                    Types.VARCHAR,
                    Types.LONGVARCHAR,
                    Types.NCHAR,
                    Types.NVARCHAR,
                    Types.LONGNVARCHAR,
                    Types.CLOB -> Kind.TEXT;
            case Types.DATE -> Kind.DATE;
            case Types.TIME -> type.equals("timetz") ? Kind.TIME_TZ : Kind.TIME;
            case Types.TIME_WITH_TIMEZONE -> Kind.TIME_TZ;
            case Types.TIMESTAMP -> type.equals("timestamptz") ? Kind.TIMESTAMP_TZ : Kind.TIMESTAMP;
            case Types.TIMESTAMP_WITH_TIMEZONE -> Kind.TIMESTAMP_TZ;
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> Kind.BINARY;
            case Types.ARRAY, Types.STRUCT -> Kind.UNSUPPORTED;
            default -> Kind.OTHER;
        };
    }

    /** Whether values compare here as they do in the database: texts do not, whose collation only it knows. */
    boolean comparable() {
        return kind != Kind.TEXT && kind != Kind.OTHER && kind != Kind.BINARY;
    }

    /** {@code numeric(10,2)}. */
    String type() {
        return switch (kind) {
            case DECIMAL -> size > 0 ? typeName + "(" + size + "," + Math.max(scale, 0) + ")" : typeName;
            case TEXT, BINARY -> size > 0 && size < 1_000_000_000 ? typeName + "(" + size + ")" : typeName;
            default -> typeName;
        };
    }
}
