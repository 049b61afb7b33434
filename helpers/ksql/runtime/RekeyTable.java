import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.KeyValueMapper;

/** Groups a table's rows under new keys; Kafka Streams passes over a null key. */
public final class RekeyTable implements KeyValueMapper {
  private final Evaluation keys;

  public RekeyTable(Evaluation keys) {
    this.keys = keys;
  }

  public Object apply(Object key, Object row) {
    return KeyValue.pair(row == null ? null : Rekey.whole(keys, (Object[]) row), row);
  }
}
