import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Makes flat rows of a source's records; a null value stays null. Without a key no record has a window. */
public final class ReadRows implements FixedKeyProcessorSupplier {
  private final Layout layout;
  private final ProcessingLog log;

  public ReadRows(Layout layout, ProcessingLog log) {
    this.layout = layout;
    this.log = log;
  }

  public FixedKeyProcessor get() {
    return new Step(layout, log);
  }

  private static final class Step extends ContextualFixedKeyProcessor {
    private final Layout layout;
    private final ProcessingLog log;

    Step(Layout layout, ProcessingLog log) {
      this.layout = layout;
      this.log = log;
    }

    public void process(FixedKeyRecord record) {
      if (layout.windowed && record.key() == null) {
        log.add("key", new IllegalArgumentException("a record of a windowed source needs a key"), record.value());
        return;
      }
      if (record.value() == null) {
        context().forward(record);
        return;
      }
      RecordMetadata at = (RecordMetadata) context().recordMetadata().orElse(null);
      Object[] row = layout.row(record.key(), (Object[]) record.value(), record.timestamp(),
          at == null ? -1 : at.partition(), at == null ? -1L : at.offset(), record.headers());
      context().forward(record.withValue(row));
    }
  }
}
