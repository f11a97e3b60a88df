package internal.sdp.connect.vertica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import internal.sdp.connect.vertica.Dialect.ErrorKind;
import java.io.IOException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DialectTest {
    private static final Dialect VERTICA = Dialect.of("jdbc:vertica://host:5433/db");
    private static final Dialect POSTGRES = Dialect.of("jdbc:postgresql://host/db");

    @ParameterizedTest
    @MethodSource("internal.sdp.connect.vertica.Golden#cases")
    void writesTheSqlOf(Golden.Case one) throws IOException {
        for (Map.Entry<String, Dialect> dialect :
                Map.of("vertica", VERTICA, "postgresql", POSTGRES).entrySet()) {
            String actual = texts(dialect.getValue(), one);
            assertEquals(Golden.expected(one, dialect.getKey(), actual), actual);
        }
    }

    private static String texts(Dialect dialect, Golden.Case one) {
        List<String> texts = new ArrayList<>();
        List<Column> keys = one.shape().keys();
        if (keys.isEmpty()) {
            texts.add(dialect.insert(one.table(), one.shape().columns()));
        } else {
            texts.add(dialect.createStage("sdp_stage_1", one.table()));
            texts.add(dialect.insertIntoStage("sdp_stage_1", one.shape().columns()));
            texts.add(dialect.joinsByIndex(true));
            texts.add(dialect.merge(one.table(), "sdp_stage_1", one.shape(), one.insertAbsent()));
            texts.add(dialect.deleteStaged(one.table(), "sdp_stage_1", keys));
            texts.add(dialect.clear("sdp_stage_1"));
        }
        return String.join(";\n\n", texts.stream().filter(Objects::nonNull).toList()) + ";\n";
    }

    @Test
    void isChosenByTheUrl() {
        assertNull(Dialect.of("jdbc:mysql://host/db"));
        assertEquals("com.vertica.jdbc:vertica-jdbc:25.3.0-0", VERTICA.driverArtifact());
    }

    @Test
    void countsLengthsAsTheDatabaseDoes() {
        assertEquals(3, VERTICA.lengthOf("abc"));
        assertEquals(6, VERTICA.lengthOf("ä€a"));
        assertEquals(4, VERTICA.lengthOf("😀"));
        assertEquals(1, POSTGRES.lengthOf("😀"));
    }

    @ParameterizedTest
    @CsvSource({
        "22003, DATA",
        "23505, DATA",
        "21000, DATA",
        "P0001, DATA",
        "08006, RETRY",
        "57P01, RETRY",
        "57P03, RETRY",
        "40P01, RETRY",
        "53300, RETRY",
        "55P03, RETRY",
        "42703, SCHEMA",
        "42P01, SCHEMA",
        "0A000, SCHEMA",
        "42501, OTHER",
        "28P01, OTHER",
        "3D000, OTHER",
        "XX000, OTHER"
    })
    void knowsWhatAnErrorCallsFor(String state, ErrorKind kind) {
        assertEquals(kind, POSTGRES.kindOf(new SQLException("no", state)));
    }

    @Test
    void knowsTheErrorsOfVerticasDriver() {
        assertEquals(
                ErrorKind.DATA,
                VERTICA.kindOf(new BatchUpdateException("rows were rejected", "HY000", 100172, new int[0])));
        assertEquals(
                ErrorKind.RETRY,
                VERTICA.kindOf(new SQLNonTransientConnectionException("no session after 3 seconds", "HYT01", 100176)));
        assertEquals(ErrorKind.RETRY, VERTICA.kindOf(new SQLException("lock table timeout", "55V03")));
        assertEquals(ErrorKind.OTHER, VERTICA.kindOf(new SQLException("invalid username or password", "28000")));
    }
}
