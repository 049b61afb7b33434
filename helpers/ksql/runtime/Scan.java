import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/** A pull query's look at one record after the other: the columns of those that its WHERE keeps. */
public final class Scan {
  private final Layout layout;
  private final Deserializer keys;
  private final Deserializer values;
  private final Evaluation where;  // null: all are kept
  private final Evaluation columns;
  private final ProcessingLog log;

  public Scan(Layout layout, Deserializer keys, Deserializer values, Evaluation where, Evaluation columns, ProcessingLog log) {
    this.layout = layout;
    this.keys = keys;
    this.values = values;
    this.where = where;
    this.columns = columns;
    this.log = log;
  }

  /** Null for a record that is not wanted, or cannot be read. */
  public Object[] columns(byte[] key, byte[] value, long time, int partition, long offset, Headers headers) {
    Object[] row;
    try {
      Object bare = key == null ? null : keys.deserialize("", key);
      row = layout.row(bare, (Object[]) values.deserialize("", value), time, partition, offset, headers);
    } catch (RuntimeException error) {
      log.add("record", error, null);
      return null;
    }
    return where == null || Boolean.TRUE.equals(where.one(0, row)) ? columns.all(row) : null;
  }
}
