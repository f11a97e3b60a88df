package internal.sdp.connect.vertica;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/** Nested values as JSON texts, for columns that hold texts or JSON. */
final class Json {
    private final StringBuilder out = new StringBuilder();

    private Json() {}

    static String of(Schema schema, Object value) throws BadRecordException {
        Json json = new Json();
        json.write(schema, value);
        return json.out.toString();
    }

    private void write(Schema schema, Object given) throws BadRecordException {
        Object value = FieldValue.of(schema, given);
        if (value == null || value instanceof Boolean) {
            out.append(value);
        } else if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            out.append(Double.isFinite(number) ? value.toString() : "null");
        } else if (value instanceof BigDecimal decimal) {
            out.append(decimal.toPlainString());
        } else if (value instanceof Number) {
            out.append(value);
        } else if (value instanceof Struct struct) {
            String separator = "{";
            for (Field field : struct.schema().fields()) {
                out.append(separator);
                text(field.name());
                out.append(':');
                write(field.schema(), struct.get(field));
                separator = ",";
            }
            out.append(struct.schema().fields().isEmpty() ? "{}" : "}");
        } else if (value instanceof Map<?, ?> map) {
            String separator = "{";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.append(separator);
                text(String.valueOf(entry.getKey()));
                out.append(':');
                write(schema == null ? null : schema.valueSchema(), entry.getValue());
                separator = ",";
            }
            out.append(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof Iterable<?> list) {
            out.append('[');
            String separator = "";
            for (Object element : list) {
                out.append(separator);
                write(schema == null ? null : schema.valueSchema(), element);
                separator = ",";
            }
            out.append(']');
        } else if (value instanceof byte[] bytes) {
            text(Base64.getEncoder().encodeToString(bytes));
        } else if (value instanceof ByteBuffer buffer) {
            text(Base64.getEncoder().encodeToString(FieldValue.array(buffer)));
        } else {
            text(value.toString());
        }
    }

    private void text(String value) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
