import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** A Format as Kafka's serde: of values, which are Object[], or of keys, which are Lists (they need equals). */
public final class RowSerde implements Serde, Serializer, Deserializer {
  private final Format format;
  private final boolean ofKeys;

  public RowSerde(Format format, boolean ofKeys) {
    this.format = format;
    this.ofKeys = ofKeys;
  }

  public byte[] serialize(String topic, Object columns) {
    if (columns == null) {
      return null;
    }
    try {
      return format.write(ofKeys ? ((List) columns).toArray() : (Object[]) columns);
    } catch (Exception error) {
      throw new SerializationException("A row cannot be written: " + error.getMessage(), error);
    }
  }

  public Object deserialize(String topic, byte[] data) {
    if (data == null) {
      return null;
    }
    try {
      Object[] columns = format.read(data);
      return columns == null || !ofKeys ? (Object) columns : columns.length == 0 ? null : Arrays.asList(columns);
    } catch (Exception error) {
      throw new SerializationException((ofKeys ? "key: " : "value: ") + error.getMessage(), error);
    }
  }

  public void configure(java.util.Map settings, boolean isKey) {}

  public void close() {}

  public Serializer serializer() {
    return this;
  }

  public Deserializer deserializer() {
    return this;
  }
}
