import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** DELIMITED: one line of RFC 4180, an empty field being null; written as Apache Commons CSV does, which ksqlDB uses. */
public final class DelimitedFormat implements Format {
  private final Type[] types;
  private final char delimiter;
  private final boolean ofKeys;

  public DelimitedFormat(Type[] types, String delimiter, boolean ofKeys) {
    this.types = types;
    this.delimiter = delimiter.charAt(0);
    this.ofKeys = ofKeys;
  }

  public byte[] write(Object[] columns) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < types.length; i++) {
      if (i > 0) {
        line.append(delimiter);
      }
      if (columns[i] != null) {
        String field = text(columns[i]);
        boolean plain = !ofKeys && columns[i] instanceof Number && !(columns[i] instanceof BigDecimal);
        line.append(!plain && needsQuotes(field, i == 0) ? "\"" + field.replace("\"", "\"\"") + "\"" : field);
      }
    }
    return line.toString().getBytes(StandardCharsets.UTF_8);
  }

  public Object[] read(byte[] data) {
    List fields = split(new String(data, StandardCharsets.UTF_8));
    if (fields.size() != types.length) {
      throw new IllegalArgumentException("a line of " + types.length + " fields is wanted, got " + fields.size());
    }
    Object[] columns = new Object[types.length];
    for (int i = 0; i < types.length; i++) {
      String field = (String) fields.get(i);
      columns[i] = field.isEmpty() ? null : value(field, types[i]);
    }
    return columns;
  }

  private static Object value(String field, Type type) {
    switch (type.base) {
      case "BOOLEAN": return Boolean.valueOf(field);
      case "INTEGER": return Integer.valueOf(field);
      case "BIGINT": return Long.valueOf(field);
      case "DOUBLE": return Double.valueOf(field);
      case "DECIMAL": return Cast.exactly(field, type);
      case "BYTES": return ByteBuffer.wrap(Base64.getDecoder().decode(field));
      case "STRING": return field;
      default: return Values.temporal(Long.parseLong(field), type.base);
    }
  }

  private static String text(Object value) {
    if (value instanceof BigDecimal) {
      return ((BigDecimal) value).toPlainString();
    }
    if (value instanceof ByteBuffer) {
      return Base64.getEncoder().encodeToString(Values.bytes((ByteBuffer) value));
    }
    boolean plain = value instanceof Number || value instanceof Boolean || value instanceof String;
    return plain ? value.toString() : String.valueOf(Values.number(value));
  }

  /**
   * Commons CSV also quotes a first field that is empty text or begins with neither letter nor digit, and odd ends.
   * A negative number is such a first field in keys, and in values when it is a DECIMAL.
   */
  private boolean needsQuotes(String field, boolean first) {
    if (field.isEmpty()) {
      return first;
    }
    char begin = field.charAt(0);
    boolean alphanumeric = begin >= '0' && begin <= '9' || begin >= 'A' && begin <= 'Z' || begin >= 'a' && begin <= 'z';
    boolean odd = first && !alphanumeric || begin <= '#' || field.charAt(field.length() - 1) <= ' ';
    return odd || field.indexOf('\n') >= 0 || field.indexOf('\r') >= 0 || field.indexOf('"') >= 0 || field.indexOf(delimiter) >= 0;
  }

  /** The fields of the first line. */
  private List split(String text) {
    List fields = new ArrayList();
    int at = 0;
    while (at < text.length() && (text.charAt(at) == '\n' || text.charAt(at) == '\r')) {
      at++;
    }
    if (at == text.length()) {
      return fields;
    }
    while (true) {
      StringBuilder field = new StringBuilder();
      boolean inQuotes = at < text.length() && text.charAt(at) == '"';
      at = inQuotes ? quoted(text, at + 1, field) : at;
      while (at < text.length() && text.charAt(at) != delimiter && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
        char letter = text.charAt(at++);
        if (!inQuotes) {
          field.append(letter);
        } else if (!Character.isWhitespace(letter)) {
          throw new IllegalArgumentException("between a closing quote and the delimiter stands " + letter);
        }
      }
      fields.add(field.toString());
      if (at >= text.length() || text.charAt(at) != delimiter) {
        return fields;
      }
      at++;
    }
  }

  /** Reads up to the closing quote, which stands where the result says minus one. */
  private static int quoted(String text, int from, StringBuilder field) {
    for (int at = from; at < text.length(); at++) {
      if (text.charAt(at) != '"') {
        field.append(text.charAt(at));
      } else if (at + 1 < text.length() && text.charAt(at + 1) == '"') {
        field.append('"');
        at++;
      } else {
        return at + 1;
      }
    }
    throw new IllegalArgumentException("a quote is never closed");
  }
}
