import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/** The time of a record from one of its columns: BIGINT, TIMESTAMP, or text in a pattern. */
public final class ColumnTime implements TimestampExtractor {
  private final int column;
  private final boolean inKey;
  private final String pattern;
  private final boolean strict;
  private final ProcessingLog log;

  /** `strict`: a time that cannot be read ends the query instead of skipping the record. */
  public ColumnTime(int column, boolean inKey, String pattern, boolean strict, ProcessingLog log) {
    this.column = column;
    this.inKey = inKey;
    this.pattern = pattern;
    this.strict = strict;
    this.log = log;
  }

  /** Kafka Streams skips a record whose time is negative. */
  public long extract(ConsumerRecord record, long partitionTime) {
    if (record.value() == null) {
      return record.timestamp();
    }
    try {
      return inKey ? ofKey(record.key()) : milliseconds(((Object[]) record.value())[column], pattern);
    } catch (RuntimeException error) {
      if (strict) {
        throw error;
      }
      log.add("TIMESTAMP of a record of " + record.topic(), error, record.value());
      return -1;
    }
  }

  private long ofKey(Object key) {
    List bare = Values.bare(key);
    return milliseconds(bare == null ? null : bare.get(column), pattern);
  }

  /** Milliseconds since 1970; an exception when there are none or they lie before. */
  public static long milliseconds(Object value, String pattern) {
    if (value == null) {
      throw new IllegalArgumentException("the timestamp is null");
    }
    long time = value instanceof Long ? ((Long) value).longValue()
        : value instanceof Instant ? ((Instant) value).toEpochMilli()
        : Times.parse((String) value, pattern, "UTC").toEpochMilli();
    if (time < 0) {
      throw new IllegalArgumentException("the timestamp " + value + " lies before 1970");
    }
    return time;
  }
}
