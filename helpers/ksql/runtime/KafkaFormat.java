import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** KAFKA: one column as Kafka's own serializers write it, numbers big-endian, text as UTF-8. */
public final class KafkaFormat implements Format {
  private final Type type;

  public KafkaFormat(Type type) {
    this.type = type;
  }

  public byte[] write(Object[] columns) {
    Object value = columns[0];
    if (value == null) {
      return null;
    }
    switch (type.base) {
      case "INTEGER": return ByteBuffer.allocate(4).putInt(((Integer) value).intValue()).array();
      case "BIGINT": return ByteBuffer.allocate(8).putLong(((Long) value).longValue()).array();
      case "DOUBLE": return ByteBuffer.allocate(8).putDouble(((Double) value).doubleValue()).array();
      case "BYTES": return Values.bytes((ByteBuffer) value);
      default: return ((String) value).getBytes(StandardCharsets.UTF_8);
    }
  }

  public Object[] read(byte[] data) {
    return new Object[] {value(data)};
  }

  private Object value(byte[] data) {
    ByteBuffer buffer = ByteBuffer.wrap(data);
    switch (type.base) {
      case "INTEGER": return Integer.valueOf(sized(buffer, 4).getInt());
      case "BIGINT": return Long.valueOf(sized(buffer, 8).getLong());
      case "DOUBLE": return Double.valueOf(sized(buffer, 8).getDouble());
      case "BYTES": return buffer;
      default: return new String(data, StandardCharsets.UTF_8);
    }
  }

  private ByteBuffer sized(ByteBuffer buffer, int size) {
    if (buffer.remaining() != size) {
      throw new IllegalArgumentException(type.base + " takes " + size + " bytes, got " + buffer.remaining());
    }
    return buffer;
  }
}
