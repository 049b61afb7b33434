import java.util.List;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;

/** Sets the time of a sink's records from a column; a record whose time cannot be read is dropped. */
public final class WriteTime implements FixedKeyProcessorSupplier {
  private final int column;
  private final boolean inKey;
  private final String pattern;
  private final ProcessingLog log;

  public WriteTime(int column, boolean inKey, String pattern, ProcessingLog log) {
    this.column = column;
    this.inKey = inKey;
    this.pattern = pattern;
    this.log = log;
  }

  public FixedKeyProcessor get() {
    return new Step(this);
  }

  private static final class Step extends ContextualFixedKeyProcessor {
    private final WriteTime of;

    Step(WriteTime of) {
      this.of = of;
    }

    public void process(FixedKeyRecord record) {
      if (record.value() == null) {
        context().forward(record);
        return;
      }
      try {
        context().forward(record.withTimestamp(ColumnTime.milliseconds(value(record), of.pattern)));
      } catch (IllegalArgumentException error) {
        of.log.add("TIMESTAMP of a result", error, record.value());
      } catch (java.time.DateTimeException error) {
        of.log.add("TIMESTAMP of a result", error, record.value());
      }
    }

    private Object value(FixedKeyRecord record) {
      if (!of.inKey) {
        return ((Object[]) record.value())[of.column];
      }
      List bare = Values.bare(record.key());
      return bare == null ? null : bare.get(of.column);
    }
  }
}
