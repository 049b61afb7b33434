import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Makes flat rows of a source's records; a null value stays null. */
public final class ReadRows implements FixedKeyProcessorSupplier {
  private final Layout layout;

  public ReadRows(Layout layout) {
    this.layout = layout;
  }

  public FixedKeyProcessor get() {
    return new Step(layout);
  }

  private static final class Step extends ContextualFixedKeyProcessor {
    private final Layout layout;

    Step(Layout layout) {
      this.layout = layout;
    }

    public void process(FixedKeyRecord record) {
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
